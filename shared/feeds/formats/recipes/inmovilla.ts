/** Some 200 flat columns. `habitaciones` are single bedrooms, `habdobles` double; `altitud` is the longitude. */
import { recipe } from '../recipe.ts';

const languages = [
  ['es', 1], ['en', 2], ['de', 3], ['fr', 4], ['nl', 5], ['nb', 6], ['ru', 7], ['pt', 8], ['sv', 9], ['fi', 10],
  ['zh', 11], ['ca', 12], ['ar', 13], ['it', 14],
] as const; // prettier-ignore

const texts = (name: string): Record<string, unknown> =>
  Object.fromEntries(languages.map(([code, number]) => [code, { path: `${name}${number}`, lineBreak: '~' }]));
const flag = (path: string, label: string): unknown => ({ path, label });

export const inmovilla = recipe({
  name: 'INMOVILLA',
  title: 'Inmovilla (Spain)',
  sources: [
    'https://procesos.apinmo.com/api/v1/apidoc/ (column names)',
    'https://github.com/closemarketing (labels of the columns in its WordPress connector)',
  ],
  version: 1,
  recognise: {
    roots: ['propiedades'],
    items: [
      'id|cod_ofer',
      'tipo_ofer',
      'precioinmo|precioalq',
      'm_cons|m_uties|m_utiles|m_parcela|banyos|habdobles|ref',
    ],
  },
  mode: 'snapshot',
  itemPath: 'propiedades/propiedad',
  fields: {
    id: ['id', 'cod_ofer'],
    reference: 'ref',
    country: ['pais', { value: 'ES' }],
    goal: ['accion', { path: 'precioinmo', yes: 'SALE' }, { path: 'precioalq', yes: 'RENT' }],
    currency: { value: 'EUR' },
    price: [
      { path: 'precioinmo', for: 'SALE' },
      { path: 'precioalq', for: 'RENT' },
      { path: 'preciotraspaso', for: 'SALE' },
    ],
    rentalPeriod: [
      {
        path: 'tipomensual',
        map: { MES: 'month', DIA: 'day', SEM: 'week', ANO: 'year', TEMP: 'season', '*': 'month' },
      },
      { value: 'month' },
    ],
    type: 'tipo_ofer',
    status: [
      { path: 'nodisponible', yes: 'WITHDRAWN' },
      { path: 'eninternet', no: 'WITHDRAWN' },
    ],
    bedrooms: { path: ['habitaciones', 'habdobles', 'habsimples'], sum: true },
    bathrooms: 'banyos',
    areaSqm: [{ path: 'm_cons', if: { path: 'm_cons', not: '0' } }, 'm_uties', 'm_utiles'],
    plotAreaSqm: 'm_parcela',
    province: 'provincia',
    city: 'ciudad',
    district: 'zona',
    postalCode: 'cp',
    latitude: 'latitud',
    longitude: ['altitud', 'longitud'],
    title: texts('titulo'),
    descriptions: texts('descrip'),
    energyRating: 'energialetra',
    images: 'foto*',
    externalUrl: ['url', 'enlace'],
    modifiedAt: ['fechaact', 'fechamod', 'fechacambio'],
    features: [
      flag('ascensor', 'Lift'),
      flag('aire_con', 'Air conditioning'),
      flag('airecentral', 'Central air conditioning'),
      flag('calefaccion', 'Heating'),
      flag('calefacentral', 'Central heating'),
      flag('piscina_com', 'Communal pool'),
      flag('piscina_prop', 'Private pool'),
      flag('plaza_gara', 'Garage'),
      flag('parking', 'Parking'),
      flag('terraza', 'Terrace'),
      flag('balcon', 'Balcony'),
      flag('jardin', 'Garden'),
      flag('trastero', 'Storage room'),
      flag('chimenea', 'Fireplace'),
      flag('alarma', 'Alarm'),
      flag('muebles', 'Furnished'),
      flag('barbacoa', 'Barbecue'),
      flag('solarium', 'Solarium'),
      flag('vistasalmar', 'Sea views'),
      flag('primera_linea', 'First line'),
    ],
  },
});
