/** "Carga", by Kenlo, ImobPortais and others. The kind of price is the goal; pictures have file name and address. */
import { recipe } from '../recipe.ts';

const plots = [
  'Terreno',
  'Terreno Padrão',
  'Lote',
  'Rural',
  'Loteamento/Condomínio',
  'Área',
  'Fazenda',
  'Sítio',
  'Chácara',
];
const isPlot = { path: 'TipoImovel', is: plots };
const flags = (
  'Piscina Churrasqueira ArCondicionado Elevador SalaoFestas Playground Academia Sauna Varanda Sacada Mobiliado ' +
  'Lareira Quintal Jardim AreaServico Portaria24h'
).split(' ');

export const zap = recipe({
  name: 'ZAP',
  title: 'ZAP "Carga" (Brazil): Kenlo, ImobPortais and others',
  sources: ['https://developers.grupozap.com/feeds/zap/elements/imovel'],
  version: 1,
  recognise: {
    roots: ['Carga', 'CargaImoveis', 'Imoveis'],
    items: ['CodigoImovel', 'TipoImovel|SubTipoImovel', 'PrecoVenda|PrecoLocacao|PrecoAluguel|PrecoLocacaoTemporada'],
  },
  mode: 'snapshot',
  itemPath: 'Carga/Imoveis/Imovel | CargaImoveis/Imoveis/Imovel | Imoveis/Imovel',
  fields: {
    id: 'CodigoImovel',
    reference: ['CodigoImovelAuxiliar', 'CodigoCliente'],
    country: ['Pais', { value: 'BR' }],
    goal: [
      { path: 'PrecoVenda', yes: 'SALE' },
      { path: ['PrecoLocacao', 'PrecoAluguel', 'PrecoLocacaoTemporada'], yes: 'RENT' },
      { path: 'CategoriaImovel', map: { Venda: 'SALE', Aluguel: 'RENT', Locação: 'RENT', '*': '' } },
    ],
    currency: ['Moeda', { value: 'BRL' }],
    price: [
      { path: 'PrecoVenda', for: 'SALE' },
      { path: ['PrecoLocacao', 'PrecoAluguel', 'PrecoLocacaoTemporada'], for: 'RENT' },
    ],
    priceOnRequest: { path: 'PublicaValores', no: 'true' },
    rentalPeriod: [
      { path: 'PrecoLocacao', yes: 'month' },
      { path: 'PrecoLocacaoTemporada', yes: 'day' },
      { value: 'month' },
    ],
    type: [
      {
        path: 'SubTipoImovel',
        map: {
          Cobertura: 'Penthouse', 'Cobertura Duplex': 'Penthouse', Kitchenette: 'Studio',
          'Kitchenette/Conjugados': 'Studio',
          Kitnet: 'Studio', Loft: 'Loft', Flat: 'Apartment', Studio: 'Studio', 'Casa de Condomínio': 'House',
          'Casa de Vila': 'Townhouse', Sobrado: 'Townhouse', 'Box/Garagem': 'Garage', Garagem: 'Garage',
          'Conjunto Comercial/Sala': 'Office', 'Conjunto Comercial/sala': 'Office', 'Sala Comercial': 'Office',
          'Loja/Salão': 'Retail', 'Galpão/Depósito/Armazém': 'Industrial', Galpão: 'Industrial',
          'Prédio Inteiro': 'Building',
          Hotel: 'Hotel', Sítio: 'Country house', Fazenda: 'Country house', Chácara: 'Country house', '*': '',
        },
      }, // prettier-ignore
      {
        path: 'TipoImovel',
        map: {
          'Comercial/Industrial': 'Commercial', 'Apartamento Padrão': 'Apartment', 'Casa Padrão': 'House',
          'Terreno Padrão': 'Land', 'Casa de Condomínio': 'House', Galpão: 'Industrial', Salas: 'Office',
          Sala: 'Office',
          Loja: 'Retail', Prédio: 'Building', Lote: 'Land', Rural: 'Country house', Apto: 'Apartment',
        },
      }, // prettier-ignore
      'SubTipoImovel',
    ],
    status: [{ path: 'Publicar', no: 'WITHDRAWN' }, 'StatusImovel'],
    bedrooms: 'QtdDormitorios',
    bathrooms: 'QtdBanheiros',
    areaSqm: [
      { path: 'AreaUtil', unit: 'm2', if: { path: 'AreaUtil', not: ['0', '0.00', '0,00'] } },
      { path: ['AreaPrivativa', 'AreaConstruida'], unit: 'm2' },
      { path: 'AreaTotal', unit: 'm2', if: { path: 'TipoImovel', not: plots } },
    ],
    plotAreaSqm: [
      { path: 'AreaTerreno', unit: 'm2' },
      { path: ['AreaTotal', 'AreaUtil'], unit: 'm2', if: isPlot },
    ],
    province: ['UF', 'Estado', 'Endereco/UF', 'Endereco/Estado'],
    city: ['Cidade', 'Endereco/Cidade'],
    district: ['Bairro', 'BairroOficial', 'Endereco/Bairro'],
    address: [
      { path: ['Endereco/Logradouro', 'Logradouro'], houseNumber: 'Endereco/Numero' },
      { path: 'Endereco', houseNumber: 'Numero' },
    ],
    addressHidden: [
      { path: ['DivulgarEndereco', 'MostrarEndereco', 'ExibirEndereco', 'PublicarEndereco'], no: 'true' },
      { path: 'DivulgarEndereco', map: { sim: 'false', Completo: 'false', '*': 'true' } },
    ],
    postalCode: ['CEP', 'Endereco/CEP'],
    latitude: ['Latitude', 'Endereco/Latitude'],
    longitude: ['Longitude', 'Endereco/Longitude'],
    title: ['TituloImovel', 'Titulo'],
    descriptions: { pt: ['Observacao', 'Descricao', 'DescricaoImovel'] },
    features: [...flags.map((name) => name), 'Caracteristicas/Item'],
    images: [
      'Foto',
      { each: 'Fotos/Foto', path: ['URLArquivo', 'UrlArquivo', 'URL'], main: 'Principal', caption: 'Titulo' },
      'Fotos/Foto',
    ],
    externalUrl: ['URLGaiaSite', 'URLImovel', 'UrlImovel', 'URLDetalhes', 'LinkImovel'],
    modifiedAt: ['DataAtualizacao', 'DataAtualizacaoImovel'],
  },
});
