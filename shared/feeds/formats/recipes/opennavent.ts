/**
 * ZonaProp, Imovelweb, Wimoveis and others. Name/value pairs; `valorMantenimiento` is a cost; the address line ends
 * with the country.
 */
import { recipe } from '../recipe.ts';

const of = (...names: readonly string[]): string[] =>
  names.flatMap((name) =>
    ['nombre', 'nome', 'id'].flatMap((key) =>
      ['valor', 'idValor'].map((value) => `caracteristicas/caracteristica[${key}="${name}"]/${value}`),
    ),
  );
const sale = ['VENTA', 'VENDA', 'SALE', 'SELL'];
const rent = ['ALQUILER', 'ALUGUEL', 'RENTA', 'RENT', 'ARRIENDO', 'TEMPORAL', 'TEMPORADA', 'ALQUILER TEMPORAL'];
const amounts = (words: readonly string[], ...leaves: readonly string[]): string[] =>
  words.flatMap((word) =>
    leaves.flatMap((leaf) => [`precios/precio[operacion=${word}]/${leaf}`, `precos/preco[operacao=${word}]/${leaf}`]),
  );
const place = ['localizacion/Ubicacion', 'localizacion/ubicacion', 'localizacao/localidade'];
const capitals = ['Capital Federal', 'Ciudad Autónoma de Buenos Aires', 'Ciudad de Buenos Aires', 'Ciudad de México'];

export const opennavent = recipe({
  name: 'OPENNAVENT',
  title: 'OpenNavent: ZonaProp, Imovelweb, Wimoveis, Inmuebles24 (Navent)',
  sources: [
    'https://github.com/feperrella/uqbitz-hub-imoveis (the XSD of the Brazilian edition, api/OpenNaventAvisoBR.xml)',
    'https://github.com/TeknoAriel/PropieYa (an item of the Argentine edition, docs/samples)',
  ],
  version: 2,
  recognise: { roots: ['OpenNavent'], items: ['codigoAviso|codigoAnuncio'], rootTells: true },
  mode: 'snapshot',
  itemPath: 'OpenNavent/Avisos/Aviso | OpenNavent/Imoveis/Imovel',
  fields: {
    id: ['codigoAviso', 'codigoAnuncio'],
    reference: ['claveReferencia', 'codigoReferencia'],
    country: { path: place, part: -1 },
    goal: [
      { path: amounts(sale, 'monto', 'cantidad', 'quantidade'), yes: 'SALE' },
      { path: amounts(rent, 'monto', 'cantidad', 'quantidade'), yes: 'RENT' },
      'precios/precio/operacion',
      'precos/preco/operacao',
    ],
    currency: [
      { path: amounts(sale, 'moneda', 'moeda'), for: 'SALE' },
      { path: amounts(rent, 'moneda', 'moeda'), for: 'RENT' },
      'precios/precio/moneda',
      'precos/preco/moeda',
    ],
    price: [
      { path: amounts(sale, 'monto', 'cantidad', 'quantidade'), for: 'SALE' },
      { path: amounts(rent, 'monto', 'cantidad', 'quantidade'), for: 'RENT' },
      'precios/precio/monto',
      'precios/precio/cantidad',
      'precos/preco/quantidade',
    ],
    rentalPeriod: [
      { path: amounts(['TEMPORAL', 'TEMPORADA', 'ALQUILER TEMPORAL'], 'monto', 'cantidad', 'quantidade'), yes: 'day' },
      { value: 'month' },
    ],
    type: {
      path: ['tipoDePropiedad/tipo', 'tipoPropiedad/tipo', 'tipoPropriedade/tipo'],
      // In Argentina, a house that shares its plot; elsewhere PH is a penthouse.
      map: { PH: 'House' },
    },
    bedrooms: of('PRINCIPALES|DORMITORIO', 'PRINCIPALES|RECAMARA', 'PRINCIPAIS|QUARTO', 'MAIN|BEDROOMS', 'CFT2'),
    bathrooms: of('PRINCIPALES|BANO', 'PRINCIPAIS|BANHEIRO', 'MAIN|BATHROOMS', 'CFT3'),
    areaSqm: of(
      'MEDIDAS|SUPERFICIE_CUBIERTA',
      'MEDIDAS|AREA_UTIL',
      'MEASURES|COVERED_AREA',
      'MAIN|COVERED_AREA',
      'MAIN|AREA',
      'CFT101',
      'MEDIDAS|SUPERFICIE_TOTAL',
      'MEDIDAS|AREA_TOTAL',
      'MAIN|TOTAL_AREA',
      'CFT100',
    ),
    plotAreaSqm: [
      {
        path: of('GENERALES|SUPERFICIE_DEL_TERRENO_(M2)', 'MEDIDAS|SUPERFICIE_TOTAL', 'CFT100'),
        if: { path: 'tipoDePropiedad/tipo', is: ['Terreno', 'Lote', 'Terrenos', 'Casa', 'Quinta', 'Campo'] },
      },
    ],
    province: [{ path: place, part: -2 }],
    city: [
      { path: place, part: -2, map: { ...Object.fromEntries(capitals.map((name) => [name, name])), '*': '' } },
      { path: place, part: -3 },
      { path: place, part: -2 },
    ],
    district: [
      { path: place, part: -4 },
      { path: place, part: -3 },
    ],
    address: ['localizacion/direccion', 'localizacao/endereco'],
    addressHidden: {
      path: ['localizacion/muestraMapa', 'localizacao/mostrarMapa', 'localizacion/mostrarMapa'],
      map: { EXACTO: 'false', EXATO: 'false', '1': 'false', true: 'false', SI: 'false', SIM: 'false', '*': 'true' },
    },
    postalCode: ['localizacion/codigoPostal', 'localizacao/codigoPostal'],
    latitude: ['localizacion/latitud', 'localizacao/latitude'],
    longitude: ['localizacion/longitud', 'localizacao/longitude'],
    title: ['titulo'],
    descriptions: { es: 'descripcion', pt: 'descricao' },
    features: [
      ...['SERVICIOS|ASCENSOR', 'AMBIENTES|BALCON', 'AMBIENTES|TERRAZA', 'AMBIENTES|JARDIN', 'GENERALES|PILETA'].map(
        (name, at) => ({ path: of(name), label: ['Lift', 'Balcony', 'Terrace', 'Garden', 'Pool'][at] }),
      ),
      { path: of('PRINCIPALES|COCHERA', 'CFT7'), label: 'Garage' },
      { path: of('PRINCIPALES|AMBIENTE', 'CFT1'), label: '{} rooms' },
    ],
    images: [
      { each: 'multimedia/imagenes/imagen', path: 'urlImagen', caption: 'titulo' },
      { each: 'multimidia/imagens/imagem', path: 'urlImagem', caption: 'titulo' },
    ],
  },
});
