/** In many languages, surest first. */
import { nameKey } from '../values/words.ts';
import { gluedLanguage } from './language-names.ts';
import { besideParty, isParty, speaksOfParty } from './parties.ts';

const fieldWords: Readonly<Record<string, string>> = {
  id:
    'id uniqueid externalid propertyid listingid internalid objectid adid offerid providerlistingid ' +
    'homelistingid unitid itemid idinmueble idpropiedad idannonce inmuebleid objektid immobilieid guid uid ' +
    'identificador identifier ident referenceid propertycode listingkey listingnumber listingno listingnr adno ' +
    'adnumber propertynumber objectnumber objectno unitno mlsnumber mlsno mlsid mls ' +
    'propertyno uniquepropertyid sourceid providerid idnumber codigo codice cod code kod clave key ' +
    'cislozakazky evidencnicislo azonosito hirdetesazonosito κωδικος κωδικοςακινητου sifra ilanno ' +
    'objectcode brojoglasa',
  reference:
    'reference ref referencia referencenumber refno refnumber propertyref listingref advertref adref objectref ' +
    'unitref agentref agencyref agencyreference ' +
    'riferimento rif referencecode referenceid propertyreference objektnr objektnummer externalref sku codref ' +
    'kennung propertyrefno referenceno agentreference referencebien numeroannonce mandat numeromandat nomandat',
  country: 'country countrycode pais paese pays nazione stato land страна isocountry iso countryiso kraj xwra χωρα',
  goal:
    'transactiontype operationtype for operation operacion transaction dealtype listingtype purpose offertype ' +
    'offeringtype saletype contracttype tipooperacion tipooferta contratto contract adtype vermarktungsart ' +
    'propertyfor goal businesstype saleorrent category availability status type tipo transaccion marketing ' +
    'advertisementtype actiontype listingstatus deal revenuetype typeoffre offer ' +
    'islem ' +
    'typnabidky typponuky ugylet usluga διαθεση negocio transakce posredovanje ' +
    'tiptranzactie tranzactie',
  currency:
    'currency currencycode moneda divisa devise cur waehrung wahrung valuta moeda валюта curr currencyid isocurrency ' +
    'pricecurrency priceunit isowaehrung ccy mena currencyiso ' +
    'parabirimi ' +
    'penznem νομισμα',
  price:
    'price listprice saleprice askingprice sellingprice precio precioventa preciodeventa precioinmo prix preis ' +
    'kaufpreis prezzo prijs preco valor valorvenda precovenda цена стоимость amount cost pricevalue salevalue ' +
    'currentprice rentalprice rent monthlyrent rentprice precioalquiler precioalq loyer miete kaltmiete affitto ' +
    'nettokaltmiete warmmiete listamount monto cantidad quantidade betrag kwota precolocacao precoaluguel ' +
    'precoarrendamento prezzovendita prezzoaffitto canone prixvente prixlocation koopprijs huurprijs cenasprzedazy ' +
    'cenanajmu czynsz utgangspris kopeskilling hyra pris satisfiyati satışfiyatı kirafiyati kirafiyatı kira ' +
    'timipolisis enoikio ενοικιο τιμηπωλησης renda arriendo precioventa preciorenta salevalue rentvalue ' +
    'aluguel pricesale pricerent pricenet priceeur europrice importe fiyat cena sum value τιμη ' +
    'ar vetelar berletidij cijena najemne vraagprijs ' +
    'pret',
  priceOnRequest:
    'priceonrequest onrequest poa preisaufanfrage aufanfrage precioaconsultar ' +
    'trattativariservata hideprice pricehidden ' +
    'precosobconsulta sobconsulta',
  rentalPeriod:
    'rentalperiod period pricefreq pricefrequency frequency rentfrequency rentperiod priceperiod paymentperiod ' +
    'rentalfrequency leaseperiod zeiteinheit периодичность priceunitperiod ' +
    'huurconditie',
  type:
    'propertytype type subtype propertysubtype category typology tipologia tipo tipoinmueble tipopropiedad ' +
    'objekttyp objektart typebien familia family kind objecttype buildingtype propertycategory categoria ' +
    'categorie immotype housetype unittype тип категория subcategory propertykind realestatetype housetypology ' +
    'listingcategory eidos ' +
    'emlaktipi ' +
    'druhnemovitosti typnemovitosti druhnehnutelnosti kategoria podkategoria tipus ειδος vrsta ' +
    'vrstanekretnine soortobject natureza ' +
    'tipimobil tipproprietate',
  status:
    'status listingstatus availability standardstatus mlsstatus estado disponibilidad disponibilidade ' +
    'statusid propertystatus state ' +
    'salestatus salesstatus verfuegbarkeit statut stato availabilitystatus situacion situacao marketstatus ' +
    'marketingstatus offerstatus objectstatus objektstatus statusvendita estadoventa statoannuncio estadoanuncio ' +
    'statusanuncio situacaoanuncio statutannonce anzeigenstatus adstatus statusoferty ' +
    'stav stavnabidky allapot statusz stanje κατασταση durum durumu',
  address:
    'address streetaddress street addressline address1 addr1 addressline1 direccion domicilio adresse indirizzo ' +
    'via endereco strasse calle rue ulice ulica gade gata straat ' +
    'thoroughfare адрес fulladdress adres logradouro nombrevia διευθυνση location ' +
    'ulica utca sokak οδος morada straatnaam adresa',
  city:
    'city town locality cityname townname poblacion ciudad municipio localidad ort stadt ville commune comune ' +
    'citta cidade municipality stad plaats obec mesto miasto miejscowosc kommun ' +
    ' город localityname settlementname settlement населенныйпункт gemeinde gemeente ' +
    'concelho πολη location ' +
    'sehir ' +
    'varos telepules grad il ' +
    'oras localitate',
  district:
    'district neighborhood neighbourhood neighbourhoodname zone zona quarter barrio suburb community subcommunity ' +
    'locationdetail cityarea bairro quartiere quartier sublocality район urbanisation urbanizacion area subarea ' +
    'neighborhoodname location freguesia stadtteil ortsteil borough ' +
    'ilce semt ' +
    'mestskacast kerulet περιοχη naselje kvart mahalle wijk ' +
    'cartier',
  province:
    'province provincia state region county bundesland departement department administrativearea stateprovince ' +
    'estado uf область регион prov regione subadministrativearea regione canton kanton distrito νομος ' +
    'kraj zupanija megye provincie okres regija ' +
    'judet',
  postalCode:
    'postcode postalcode zip zipcode cp plz postleitzahl cap cep codigopostal codepostal postal индекс ' +
    'postnummer psc ' +
    'kodpocztowy codigo codice cod code kod ' +
    'iranyitoszam τκ ταχυδρομικοςκωδικας postanskibroj postakodu posta',
  latitude:
    'latitude lat latitud latitudine breitengrad geolat gpslat mapslat широта latitudelocation coordy ' +
    'geosirina sirina enlem zemepisnasirka',
  longitude:
    'longitude lng lon long longitud longitudine laengengrad langengrad geolng geolon gpslng gpslon mapslng ' +
    'долгота altitud coordx ' +
    'geoduzina duzina boylam zemepisnadelka',
  point:
    'coordinates latlng geopoint geo gps geolocation coords coordinate location mapcoordinates point geoposition ' +
    'googlemap georsspoint',
  bedrooms:
    'bedrooms beds bedroom bed numbedrooms numberofbedrooms noofbedrooms bedroomstotal numbeds habitaciones ' +
    'dormitorios chambres schlafzimmer anzahlschlafzimmer camere cameredaletto quartos slaapkamers спальни dorms ' +
    'nbchambres bedroomcount ' +
    'loznice pocetloznic spalne halo haloszobak υπνοδωματια spavacesobe brojspavacihsoba yatakodasi ' +
    'dormitoare nrdormitoare',
  bathrooms:
    'bathrooms baths bathroom bath numbathrooms numberofbathrooms noofbathrooms bathroomstotal numbaths fullbaths ' +
    'banos bano banyos badezimmer bad baeder bader anzahlbadezimmer sallesdebain bagni banheiros badkamers ' +
    'countbathrooms bathroomcount санузел nbsdb bathroomsno toilets ' +
    'koupelny pocetkoupelen kupelne furdo furdoszobak μπανια kupaonice brojkupaonica banyosayisi ' +
    'aantalbadkamers wcs casasbanho ' +
    'nrbai bai',
  areaSqm:
    'areasqm builtarea builtuparea livingarea floorarea totalarea area size sqm m2 surface superficie ' +
    'superficieconstruida construida construidos built mcons metros metrosconstruidos habitable usablearea ' +
    'useablearea wohnflaeche wohnflache qm quadratmeter nutzflaeche nutzflache woonoppervlakte surfacehabitable ' +
    'squaremeters squaremetres squarefeet sqft areasqft sizesqft sizem2 aream2 unitbuiltuparea buarea coveredarea ' +
    'internalarea square grossarea sqmgross sqmsale sqmnet netarea superficiettotale mq superficieutil utiles ' +
    'muties areatotal areautil privatearea общаяплощадь площадь constructedarea buildsize buildingarea livingsize ' +
    'metraje uzitnaplocha powierzchnia εμβαδον propertysize areasize sizearea ' +
    'metrekare ' +
    'uzitkovaplocha uzitkova podlahovaplocha celkovaplocha alapterulet povrsina netm2 brutm2 ' +
    'netoppervlakte areabruta plochauzitna velikost kvadratura oppervlakte ' +
    'suprafata suprafatautila suprafataconstruita',
  plotAreaSqm:
    'plotarea plotsize plot lotsize lotarea landarea landsize lot land parcela superficieparcela mparcela ' +
    'grundstuecksflaeche grundstucksflache grundstueck grundstuck grundstuecksgroesse grundstucksgroße terrain ' +
    'terreno superficieterreno areaterreno plotm2 plotsqm sqmplot surfaceterrain superficieterrain ' +
    'surfaceduterrain superficiedelterreno superficieterreni terrenomq mqterreno участок площадьучастка ' +
    'externalarea sitearea areaplot landareasqm perceeloppervlakte acres acreage lotacres lotsizeacres ' +
    'plochapozemku pozemek pozemok telek telekterulet povrsinazemljista εμβαδονοικοπεδου οικοπεδο grondoppervlakte ' +
    'suprafatateren teren',
  title:
    'title name headline titulo titre titolo titel heading subject propertyname propertytitle listingtitle nombre ' +
    'objekttitel ueberschrift uberschrift adtitle shorttitle заголовок название propname naslov ' +
    'caption baslik ' +
    'nazev nazov nadpis τιτλος ilanbasligi nadpisinzeratu ' +
    'titlu',
  descriptions:
    'description desc descripcion beschreibung objektbeschreibung descrizione descricao descriptif content ' +
    'contents body longdescription fulldescription fulltext publicremarks remarks details text texto texte testo ' +
    'tekst opis popis описание propertydescription descrip adcontent bodycopy comentarios observaciones ' +
    'info infotext infos mainadvert fulldetails mainsummary listingdescription internetdescription ' +
    'advert shortdescription summary ' +
    'omschrijving περιγραφη ' +
    'blurb longtext aciklama ' +
    'leiras aanbiedingstekst textinzeratu ' +
    'descriere',
  features:
    'feature features amenity amenities caracteristica caracteristicas extras extra ausstattung equipement ' +
    'caratteristica facility facilities tag tags equipment feat privateamenities commercialamenities ' +
    'caracteristicas',
  images:
    'image images photo photos picture pictures foto fotos img imgs imagen imagenes imagem bild bilder pictureurl ' +
    'imageurl photourl media gallery fullurl imagelink additionalimagelink immagine immagini url src file link ' +
    'picurl pic pics fotka fotky zdjecie zdjecia ' +
    'фото изображение medium large original imageslist photolist ' +
    'resim resimler ' +
    'poza poze',
  energyRating:
    'energyrating energyclass energyletter energyletter energialetra energeticclass classeenergetica epc epcrating ' +
    'dpe energy consumption wertklasse certificacionenergeticaletra letraenergetica energyconsumption ' +
    'energycertificate energylabel energielabel ' +
    'energetickanarocnost energetickatrida energetickatrieda energetskirazred ενεργειακηκλαση certificadoenergetico',
  externalUrl:
    'url link listingurl propertyurl detailurl detailsurl permalink weburl website enlace href externalurl ' +
    'externallink webpage adurl urlficha pageurl sourceurl landingurl propertylink detailviewurl weblink infolink ' +
    'urldetalhes linkanuncio urldetalle urldetail linkannuncio urlannuncio urlannonce lienannonce virtuallink ' +
    'moreinfourl listinglink canonicalurl',
  modifiedAt:
    'lastupdated lastupdate lastupdatedate updatedat updated dateupdated lastmodified lastmoddate modified ' +
    'modifiedat modificationdate datemodified dateupdate fechamodificacion fechaactualizacion lastchange ' +
    'lastchanged standvom geaendert geandert geaendertam geandertam letzteaenderung letzteanderung aktualisiert ' +
    'pubdate timestamp date updatedate ultimaactualizacion datemodif creationdate createdat datecreated fechaalta ' +
    'dateadded publishdate ' +
    'datumaktualizace datumaktualizacie datumizmjene datumwijziging',
  endOfOffer:
    'expirationdate expirydate expiredate expires expiresat expireson expiry validuntil validto validthru validtill ' +
    'gueltigbis gultigbis onlinebis aktivbis ablaufdatum dateexpiration datefin validejusqua fechacaducidad ' +
    'caducidad validohasta valideto scadenza datascadenza validofino validade datavalidade datawaznosci geldigtot',
  addressHidden: 'hideaddress addresshidden',
  action:
    'operation action aktion accion acao azione akcja akce actie operazione aktionart importmode importmodus ' +
    'changetype updatetype',
};

const fieldByName: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries(fieldWords).map(([field, words]) => [field, words.split(' ').map(nameKey)]),
);
const neutral =
  /^(?:value|text|val|amount|content|data|cdata|main|default|item|element|label|[a-z]{2}|html|name|nombre)$/;
const elsewhere = new RegExp(
  'phone|email|auction|video|virtualtour|blueprint|floorplan|planimetry|document|openhouse|inspection|' +
    'metro|highway|school|rates?$|deposit|nearby|logo|avatar|author|project(?:logo|name)|source',
);
const ofParties = [
  'title',
  'address',
  'city',
  'district',
  'province',
  'postalCode',
  'country',
  'latitude',
  'longitude',
  'point',
  'images',
  'externalUrl',
  'descriptions',
];
/** `agent_ref`: the listing's reference. */
const referenceOfAgency = /^(?:agen[tcz]\p{L}*(?:ref\p{L}*|rif\p{L}*)|(?:ref\p{L}*?|rif\p{L}*?)agen[cz]\p{L}*)$/u;
/** `AnbieterObjektID`: the listing's id. */
const idOfAgency = new RegExp(
  '^(?:anbieter|provider|agent|agency|sender|partner|client|broker)(?:objekt|object|property|listing|' +
    'immobilien?|ad|offer)(?:id|nr|key)$',
);
const otherPrice = new RegExp(
  'old|previous|anterior|before|original|reduced|discount|deposit|fee|tax|iptu|cost|per(?:sqm|m2|sqft|' +
    'meter)|community|ibi|expenses|administration|commission|kaution|nebenkosten|hausgeld|service|min$|' +
    'max$|utilities|garantia|condominio|mantenimiento|manutencao|maintenance|fianza|caucion|caucao|caution|cauzione|' +
    'assessed|assessment|expensas|gastos|catastral|charge|hoa|dues|insurance|seguro|taxa|imposto|impuesto|valuation|' +
    'estimate|honorari|provision|courtage|kosten|spese|kaucja|alternate|alternative|convert|conversion|equivalent|' +
    'foreign|appraisal|avaluo|patrimon|turnover|yield|income',
);
const allAmounts = /^(?:kosten|costs|costi|costes|couts)$/;
const otherArea = new RegExp(
  'terrace|terraza|garden|balcon|cellar|garage|kitchen|basement|pool|storage|unit$|distance|office|' +
    'utilities|code|name|year|box|image|photo|rooms|floor$|type$',
);
const ofPlot =
  /terrain|terreno|parcel|plot|lotsize|grundst|^(?:land|lot)|участ|dzialk|pozem|^grond|^telek|zemljist|οικοπεδ/;
const ofPictures = /image|imagen|photo|foto|picture|media|gallery|bild|attachment|anhang/;
const otherRooms = /bath|bano|bad|living|type|kitchen|size|area|sqm/;
const qualifier = /^(?:type|name|code|unit|kind|id|category|status|state|display|value|label|title)$/;
/** `title_de`, `descriptionEn`. */
const languageSuffix =
  /(?<=[a-z])[_-](?:en|es|de|fr|it|nl|pt|ru|el|sv|no|da|fi|pl|uk|ca|bg|ro|hu|tr|cz|gb|se|gr|ar|he|zh)$/i;

/** Also used for other codes, above all postal codes. */
const code = /^(?:codigo|codice|cod|code|kod|clave|key)$/;
/** `id_oferty`, `offerId`, `ID-ANUNCIO`; not `typeId`, which listings may share. */
const namedId =
  /^(?:id(?=[_.-])|Id(?=[A-Z_.-])|ID(?=[_.-]|\p{Lu}\p{Ll})|id(?=[A-Z]))|(?:[_.-]id|[a-z](?:Id|ID)|[_.-]I[Dd])$/u;
/** A state, not an estate. */
const idOfOthers = new RegExp(
  'type|kind|sub|trans|tenure|team|furn|qualifier|agent|office|branch|owner|contact|code|city|town|' +
    'region|country|categor|status|(?<!e)state|zone|area|provin|district|parent|group|currency|lang|user|' +
    'client|complex|building|feed|batch|tipo|ciudad|rodzaj',
);

/** `stock_no`, `OfferCode`; not `house_no`. */
const numberOfListing = new RegExp(
  '^(?:property|listing|offer|oferta|offre|annonce|annuncio|anuncio|advert|ad|estate|object|objekt|inserat|' +
    'immobilien?|inmueble|imovel|item|ilan|stock|record|web|catalog(?:ue)?)' +
    '(?:no|nr|num|number|numero|code|kod|codigo|codice)$',
);
/** Only on items' attributes: elements also number houses. */
const numberPattern = /^(?:nr|no|num|nummer|number|numero)$/;

/** `valores/venda`, `valores/aluguel` */
const saleAmount = /^(?:venda|venta|vente|vendita|verkauf|kauf|koop|sprzedaz|prodej|sale|buy)$/;
const rentAmount = new RegExp(
  'rent(?!a?bil)|lease|alquiler|precioalq|alug|locacao|arrenda|arriendo|renda$|miete|loyer|prixloc|' +
    'affitto|locazione|canone|huur|wynajem|wynajmu|najem|najmu|czynsz|pronajem|hyra|^kira|enoikio|ενοικ',
);
const saleAmountPart = new RegExp(
  'sale|selling|asking|vend[ai]|venta|vente|vendita|kaufpreis|koop|sprzeda|prodej|satis|satış|' +
    'kopeskilling|utgangspris|polis|πωλησ',
);

const ofParts = new RegExp(
  'room|zimmer|stanza|habitacion|dormitorio|ambiente$|floors?$|neighbou?rhood|quarti?er|barrio|bairro|' +
    'surround|nearby|transport|poi$',
);

/** A one-room shop has no bedroom. */
const anyRooms = new RegExp(
  '^(?:rooms|roomscount|numrooms|countrooms|numberofrooms|roomsno|zimmer|zimmeranzahl|pieces|locali|' +
    'vani|kamers|комнат|количествокомнат)$',
);

/** Rooms of any use count as bedrooms only if nothing else does. */
export function isRoomsName(name: string): boolean {
  return anyRooms.test(nameKey(name));
}

export function isOfferName(name: string): boolean {
  return (
    saleAmount.test(nameKey(name)) ||
    /^(?:alquiler|aluguel|aluguer|rent|miete|affitto|locazione|huur|wynajem)$/.test(nameKey(name))
  );
}

export function isRentName(name: string): boolean {
  return rentAmount.test(nameKey(name));
}

export function isSaleName(name: string): boolean {
  return saleAmountPart.test(nameKey(name)) && !isRentName(name);
}

/** `foto_principale`, `mainPhoto`, `Titelbild` */
export function isMainPicture(name: string): boolean {
  return mainPicture.test(nameKey(name));
}

const picture = '(?:photo|image|picture|pic|img|foto|imagen|imagem|immagine|bild|zdjecie|fotografia)s?';
const mainPicture = new RegExp(
  `^(?:main|primary|cover|featured|default|first|principal|haupt|titel)${picture}(?:url)?$|` +
    `^(?:url)?${picture}(?:url)?(?:principale?|main|cover|primary|featured|destaque|destacada|capa|portada|` +
    `copertina|couverture|glowne|hlavni|url)(?:url)?$`,
);

export function isPartOfBedrooms(name: string): boolean {
  return partOfBedrooms.test(nameKey(name));
}

const partOfBedrooms = new RegExp(
  '^(?:hab(?:itaciones)?(?:dobles?|simples?|sencillas?|individual(?:es)?)|(?:single|double|twin)bed(?:room)?s?|' +
    'bedrooms?(?:single|double)|camere(?:singole|doppie|matrimoniali)|quartos(?:simples|duplos|casal|solteiro)|' +
    'dormitorios(?:simples|dobles)|(?:einzel|doppel)schlafzimmer)$',
);

export function isSenderId(name: string): boolean {
  return /^(?:mls|mlsid|providerid|provider|sourceid|source|feedid|partnerid|portalid|exportid)$/.test(nameKey(name));
}

export function isCodeName(name: string): boolean {
  return code.test(nameKey(name));
}

const ofListings = new RegExp(
  'prop|listing|offer|oferta|offre|annon|annun|anunc|anuncio|estate|objekt|object|inser|immo|inmue|' +
    'imov|(?<!m)unit|item|home|house|unique|extern|source|ref',
);

export function isVagueId(name: string): boolean {
  const key = nameKey(name);
  return exact('id', key) === 0 && saysId(name, key) && !ofListings.test(key);
}

export function isNumberName(name: string): boolean {
  return numberPattern.test(nameKey(name));
}

export function leadsElsewhere(names: readonly string[]): boolean {
  return names.some((name, at) => isElsewhere(nameKey(name), at < names.length - 1));
}

function isElsewhere(key: string, around: boolean): boolean {
  if (elsewhere.test(key) || (around ? isParty(key) : speaksOfParty(key))) return true;
  return besideParty(key).some((rest) => ofParties.some((field) => exact(field, rest) > 0));
}

export const guessedFields: readonly string[] = [...fieldByName.keys()];

export function nameScore(field: string, names: readonly string[], attribute = false): number {
  // `listing_no` is not Norwegian.
  const hasLanguage = field !== 'id' && field !== 'reference';
  const keys = names.map((name) =>
    nameKey(hasLanguage ? name.replace(languageSuffix, '').replace(gluedLanguage, '$1') : name),
  );
  const leaf = keys.at(-1) ?? '';
  if (attribute && keys.length > 1 && qualifier.test(leaf))
    return leaf === 'value' || leaf === 'name' ? nameScore(field, names.slice(0, -1)) * 0.9 : 0;
  const around = keys.slice(0, -1);
  if (around.some((key) => isElsewhere(key, true))) return 0;
  if (field === 'reference' && referenceOfAgency.test(leaf)) return named;
  if (field === 'id' && keys.length === 1 && idOfAgency.test(leaf)) return named;
  if (field !== 'goal' && field !== 'features' && exact(field, leaf) === 0 && isElsewhere(leaf, false)) return 0;
  if ((field === 'price' || field === 'currency' || field === 'rentalPeriod') && isOfOtherPrice(leaf, around)) return 0;
  if (
    (field === 'areaSqm' || field === 'plotAreaSqm') &&
    (around.some((key) => otherArea.test(key)) || (exact(field, leaf) < 0.9 && otherArea.test(leaf)))
  )
    return 0;
  if (field === 'bedrooms' && exact(field, leaf) < 0.9 && otherRooms.test(leaf)) return 0;
  if (field !== 'images' && around.some((key) => ofPictures.test(key))) return 0;
  if ((field === 'descriptions' || field === 'title') && around.some((key) => ofParts.test(key))) return 0;
  if (
    field === 'id' &&
    keys.length > 1 &&
    !/^(?:.*listing.*|.*property.*|.*basic.*|general|info|details?|identif.*|main|meta|data|field|attr.*|param)$/.test(
      around.at(-1) ?? '',
    )
  )
    return 0;
  if (field === 'areaSqm' && keys.some((key) => ofPlot.test(key))) return 0;
  if (
    field === 'plotAreaSqm' &&
    around.some((key) => ofPlot.test(key)) &&
    /^(?:area|size|value|surface|superficie|m2|sqm|mq)/.test(leaf)
  )
    return 0.9;
  if (field === 'price' && isOfferName(leaf)) return Math.max(exact(field, leaf), 0.55);
  if (field === 'id' && keys.length === 1 && (attribute ? isNumberName(leaf) : numberOfListing.test(leaf)))
    return named;
  if (field === 'id' && exact(field, leaf) < named && saysId(names.at(-1) ?? '', leaf)) return named;
  const own = Math.max(exact(field, leaf), exact(field, leaf.replace(/\d+$/, '')) * 0.95);
  const parent = around.at(-1) ?? '';
  if (neutral.test(leaf) && parent !== '')
    return Math.max(own * 0.8, exact(field, parent) * 0.95, part(field, parent) * 0.9);
  return Math.max(own, part(field, leaf), field === 'images' ? exact(field, parent) * 0.9 : 0);
}

/** `kosten/kaufpreis` is a price, `kosten/hausgeld` and `kaution/betrag` are none. */
function isOfOtherPrice(leaf: string, around: readonly string[]): boolean {
  const keeps = (key: string): boolean => allAmounts.test(key) && !neutral.test(leaf);
  return otherPrice.test(leaf) || around.some((key) => otherPrice.test(key) && !keeps(key));
}

const named = 0.7;

function saysId(name: string, key: string): boolean {
  return namedId.test(name) && !idOfOthers.test(key);
}

function exact(field: string, key: string): number {
  const at = fieldByName.get(field)?.indexOf(key) ?? -1;
  return at < 0 ? 0 : Math.max(0.55, 1 - at * 0.012);
}

/** `propertybedrooms`, `descripcionlarga` */
function part(field: string, key: string): number {
  // Not `completion_status`, `SyncStatus`.
  if (field === 'status' || field === 'addressHidden') return 0;
  const words = fieldByName.get(field) ?? [];
  const rests = words.flatMap((word) => {
    // What may stand next to a price is listed, so that short words are safe.
    if (word.length < (field === 'price' ? 4 : 5) || key.length <= word.length) return [];
    return [
      ...(key.startsWith(word) ? [key.slice(word.length)] : []),
      ...(key.endsWith(word) ? [key.slice(0, -word.length)] : []),
    ];
  });
  if (field === 'province' && /estado|state|stato/.test(key))
    return rests.some((rest) => ofPlaceNames.test(rest)) ? 0.5 : 0;
  if (field === 'price') return rests.some((rest) => aroundPrice.test(rest)) ? 0.5 : 0;
  return rests.length > 0 ? 0.5 : 0;
}

/** `address_state`; `estado_obra` is the building's. */
const ofPlaceNames = /^(?:address|addr|property|location|loc|listing|name|nombre|nome|code|full|short)$/;
/** `valorMantenimiento` is no price. */
const aroundPrice = new RegExp(
  '^(?:de|da|do|del|la|el|total|final|full|current|new|net|gross|netto|brutto|base|start|starting|from|' +
    'ab|a|desde|list|' +
    'asking|guide|offer|sale|sales|sell|selling|buy|purchase|rent|rental|lease|month|monthly|week|weekly|year|yearly|' +
    'annual|mensual|mes|mensile|mensal|mensuel|venta|venda|vente|vendita|kauf|alquiler|aluguel|locacao|miete|kalt|' +
    'warm|affitto|huur|koop|property|listing|unit|object|objekt|inmueble|immobile|imovel|inmo|publico|public|web|num|' +
    'number|numeric|amount|value|raw|int|eur|euro|euros|usd|gbp|aed|brl|chf|pln|rub|sek|try|mxn|ars|cop|clp|pen|' +
    'cad|aud|kc|czk|huf|ron|local|\\d)+$',
);
