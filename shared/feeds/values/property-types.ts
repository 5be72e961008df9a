/** One English word per type, so that a search for apartments finds `Wohnung`, `квартира`, `Piso`. */
import { beginningOf } from './bounded.ts';
import { cleanLabel } from './text.ts';
import { wordKey, wordTable } from './words.ts';

const types = wordTable<string>({
  Apartment:
    'apartments, ap, planta baja, flat, flats, apt, condo, condominium, unit, wohnung, ' +
    'etagenwohnung, eigentumswohnung, piso, ' +
    'apartamento, departamento, appartement, appartamento, квартира, flat apartment, apartment flat, lägenhet, ' +
    'leilighet, lejlighet, asunto, mieszkanie, byt, daire, διαμέρισμα, serviced apartment, serviced apartments, ' +
    'residential apartment, appartment, апартаменты, pisos, apartamentos, departamentos, wohnungen, ' +
    'etagenwohnungen, eigentumswohnungen, appartements, appartamenti, квартиры, dachgeschoss, dachgeschosswohnung, ' +
    'planta baja, ground floor apartment, ground floor flat, top floor apartment, apartament, mieszkania, ' +
    'byty, stan, stanovi, lakás, daireler, διαμερίσματα, stanovanje, stanovanja',
  Penthouse:
    'penthouses, ph, ático, atico, attico, пентхаус, cobertura, residential penthouse, áticos, ' +
    'ático dúplex, atico duplex, duplex penthouse, penthouse duplex',
  Duplex: 'dúplex, дуплекс, maisonette, duplex apartment, triplex, semidetached duplex',
  Studio:
    'studios, estudio, studio apartment, einzimmerwohnung, monolocale, студия, studio flat, kitnet, ' +
    'bachelor, monoambiente, conjugado, kitchenette',
  Loft: 'lofts, лофт, loft studio atelier',
  House:
    'houses, home, haus, einfamilienhaus, casa, maison, huis, дом, single family, singlefamily, ' +
    'single family home, single family house, residential house, residential home, hus, talo, dom, dům, ev, ' +
    'μονοκατοικία, detached house, detached, family home, chalet independiente, casa independiente, ' +
    'casa independente, дом с участком, коттедж, cottage, casas, häuser, einfamilienhäuser, maisons, ' +
    'дома, moradia, moradias, casa o chalet independiente, casa o chalet, vivienda, ' +
    'vivienda unifamiliar, casa unifamiliar, ' +
    'rodinný dům, rodinné domy, domy, kuća, kuće, kuca, ház, családi ház, woonhuis, eengezinswoning, ' +
    'μονοκατοικίες, hiša, hiše',
  Villa: 'villas, vh, вилла, chalet, chalets, chalé, detached villa, luxury villa, villa de lujo, villen, вілла, βίλα',
  Townhouse:
    'town house, th, townhouses, town houses, terraced house, terrace, terraced, row house, reihenhaus, adosado, ' +
    'casa adosada, chalet adosado, maison de ville, villetta a schiera, таунхаус, casa de pueblo, village house, ' +
    'sobrado, rækkehus, radhus, quad, link house, adosados, casas adosadas, chalets adosados, ' +
    'chalet adosados, reihenhäuser, moradia em banda, reihenend, reihenmittel, reiheneck, reihenmittelhaus, ' +
    'reihenendhaus, reiheneckhaus',
  'Semi-detached house':
    'semi detached, semi detached villa, semidetached, semi detached house, doppelhaushälfte, ' +
    'pareado, casa pareada, chalet pareado, bifamiliare, maison jumelée, дуплекс дом, часть дома, ' +
    'duplexsemi detached, semi, doppelhaushälften, pareados, moradia geminada',
  Bungalow: 'bungalows, бунгало, detached bungalow, bungalow planta alta, bungalow planta baja',
  'Country house':
    'country houses, country home, finca, cortijo, masia, masía, farmhouse, rustico, casale, cascina, casa rural, ' +
    'casa de campo, landhaus, bauernhaus, bauernhof, resthof, chalupa, ferme, mas, дача, дачный участок ' +
    'с домом, rural, chácara, sitio, quinta, ' +
    'acreage, acreage semi rural, lifestyle, country property, country properties, fincas, cortijos, masías, ' +
    'casas rurales, casas de campo, quintas, дачи',
  Castle: 'castello, schloss, château, chateau, castillo, burg',
  Land:
    'plot, lp, plots, building plot, land plot, vacant land, residential land, grundstück, ' +
    'baugrundstück, terreno, parcela, solar, terrain, grond, bouwgrond, участок, земельный участок, земля, ' +
    'land for development, land development, lot, lots, tontti, tomt, działka, pozemek, arsa, οικόπεδο, ' +
    'terreno edificabile, residential land lot, landsale, section, lot land, plot of land, plots of land, ' +
    'grundstücke, baugrundstücke, terrenos, parcelas, solares, terrains, terreni, участки, земельные участки, ' +
    'vacantland, solar urbano, terreno urbano, parcela urbana, lote, lotes, commercial land lot, building land, ' +
    'pozemky, pozemok, stavebný pozemok, stavební pozemek, zemljište, građevinsko zemljište, telek, ' +
    'építési telek, bouwkavel, οικόπεδα',
  'Agricultural land':
    'agricultural, farm land, terreno agricolo, terreno rustico, finca rustica, suelo rústico, ackerland, ' +
    'landwirtschaft, land und forstwirtschaft, land forstwirtschaft, land forstwirschaft, farm, farms, ' +
    'сельхозземля, tarla, cropping, dairy, mixed farming, ' +
    'livestock, horticulture, viticulture, commercial farming, agriculture, campo, campos',
  Commercial:
    'commercial property, freizeitimmobilie gewerblich, business premises, local, local comercial, ' +
    'gewerbe, commercial premises, ' +
    'locale commerciale, local commercial, коммерческая недвижимость, коммерческая, ' +
    'помещение свободного назначения, free purpose, свободного назначения, commercial business, negozio e locale, ' +
    'premises, bedrijfspand, fonds de commerce, ponto comercial, lokal, lokal użytkowy, locales, locales ' +
    'comerciales, ' +
    'poslovni prostor, obchodný priestor, komerční prostor, bedrijfsruimte, επαγγελματικός χώρος',
  Business: 'business for sale, going concern, traspaso, fondo de comercio, attività commerciale, готовый бизнес',
  Office:
    'offices, oficina, oficinas, büro, büro praxen, büro und praxen, bureau, bureaux, ' +
    'ufficio, kantoor, офис, sala comercial, kontor, toimisto, biuro, kancelář, ofis, γραφείο, medical consulting, ' +
    'medical, büros, uffici, офисы, ' +
    'kancelária, kanceláře, iroda, ured',
  Retail:
    'shop, shops, store, storefront, tienda, laden, einzelhandel, ladenlokal, boutique, magasin, negozio, winkel, ' +
    'торговое помещение, магазин, showrooms bulky goods, showroom, loja, butik, κατάστημα, shopping mall, tiendas, ' +
    'negozi, magasins, ' +
    'üzlet, obchod, winkelruimte, dükkan',
  Industrial:
    'warehouse, warehouses, factory, industrial unit, industrial warehouse, nave, nave industrial, halle, ' +
    'lagerhalle, hallen lager produktion, hallen lager prod, entrepôt, entrepot, local d activité, capannone, ' +
    'magazzino, loods, склад, производственное помещение, производство, manufacturing, galpão, logistics, storage, ' +
    'naves, naves industriales, galpón, galpon, galpones, depósito, deposito, ' +
    'hallen, lagerhallen, capannoni, magazzini, склады',
  Hotel:
    'hotels, hotel leisure, hostal, hostel, gastgewerbe, pensionen, hotel und gaststätten, гостиница, отель, ' +
    'albergo, b b, bed and breakfast, guest house, pension, hoteles',
  Restaurant:
    'restaurants, bar, cafe, restaurante, gastronomie, gastronomie und wohnung, gaststätte, общепит, ' +
    'public catering, ristorante, bar restaurant',
  Building:
    'apartment building, block of flats, edificio, gebäude, immeuble, palazzo, stabile, haus mehrfamilienhaus, ' +
    'mehrfamilienhaus, zinshaus, zinshaus renditeobjekt, rendite, здание, gebouw, prédio, block of units, ' +
    'multi family, multifamily, stabile palazzo, stabile o palazzo, zinshaus_renditeobjekt, edificios, immeubles, ' +
    'mehrfamilienhäuser, здания',
  Garage:
    'garages, garagen, parking, parking space, car parking, garaje, plaza de garaje, plaza de parking, ' +
    'stellplatz, parken, ' +
    'box, box auto, posto auto, гараж, машиноместо, parkeerplaats, place de parking, parking carspace, car space, ' +
    'garajes, plazas de garaje, stellplätze, гаражи, cochera, cocheras, vaga de garagem, vaga, estacionamiento, ' +
    'garáž, garáže, garaža, garázs, parkovací místo',
  Storage: 'storage room, storage unit, storage space, trastero, trasteros, кладовая, abstellraum, arrecadação',
  Room:
    'rooms, zimmer, habitación, habitacion, chambre, stanza, camera, kamer, комната, room to rent, pokój, ' +
    'quarto, часть квартиры, habitaciones, chambres, комнаты, ' +
    'pokoj, izba, soba, szoba, δωμάτιο',
  'Holiday home':
    'holiday house, ferienhaus, ferienwohnung, freizeitimmobilie, freizeitimmobilien, ' +
    'vikendica, chata, casa vacanze, gîte, holiday apartment, casa vacacional, ferienhäuser, ' +
    'ferienwohnungen',
  Development:
    'new development, promoción, obra nueva, neubauprojekt, project, projects, programme neuf, новостройка, ' +
    'complex, residential complex',
});

/** `Reihenhaus`, `таунхаус` are `Townhouse`; `Boathouse` stays; empty is null. */
export function parsePropertyType(word: string): string | null {
  const label = cleanLabel(beginningOf(word));
  if (label === '') return null;
  const key = wordKey(label);
  const known = types.get(key);
  if (known !== undefined) return known;
  return types.get(lastKey(label)) ?? typeWithin(key) ?? label;
}

/** The words after these are details: `Villa de lujo`. */
const joins: ReadonlySet<string> = new Set(
  'de del da do con com con en in mit with for para mit of di с on at'.split(' '),
);
const maxWords = 5;

/** The end (`Ground floor apartment`), else the beginning (`Solar urbano`). */
function typeWithin(key: string): string | undefined {
  const all = key.split(' ').slice(0, maxWords + 1);
  const join = all.findIndex((word) => joins.has(word));
  const words = join > 0 ? all.slice(0, join) : all;
  if (all.length < 2 || all.length > maxWords) return undefined;
  const lengths = words.map((_, at) => words.length - at);
  const find = (part: (length: number) => string[]): string | undefined =>
    lengths.map((length) => types.get(part(length).join(' '))).find((type) => type !== undefined);
  return find((length) => words.slice(-length)) ?? find((length) => words.slice(0, length));
}

export function isPropertyType(word: string): boolean {
  return types.has(wordKey(word)) || types.has(lastKey(word));
}

/** The last of nested types: `Residenziale/Appartamento/Attico`. */
function lastKey(word: string): string {
  return wordKey(word.slice(Math.max(word.lastIndexOf('/'), word.lastIndexOf('|'), word.lastIndexOf('>')) + 1));
}
