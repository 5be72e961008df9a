/** Countries: ISO 3166-1 alpha-2 out of two- and three-letter codes and of names in any language of Europe. */
import { wordKey } from './words.ts';

const alpha3Pairs =
  'ABW AW AFG AF AGO AO AIA AI ALA AX ALB AL AND AD ARE AE ARG AR ARM AM ASM AS ATA AQ ATG AG AUS AU AUT AT AZE AZ ' +
  'BDI BI BEL BE BEN BJ BES BQ BFA BF BGD BD BGR BG BHR BH BHS BS BIH BA BLM BL BLR BY BLZ BZ BMU BM BOL BO BRA BR ' +
  'BRB BB BRN BN BTN BT BWA BW CAF CF CAN CA CCK CC CHE CH CHL CL CHN CN CIV CI CMR CM COD CD COG CG COK CK COL CO ' +
  'COM KM CPV CV CRI CR CUB CU CUW CW CXR CX CYM KY CYP CY CZE CZ DEU DE DJI DJ DMA DM DNK DK DOM DO DZA DZ ECU EC ' +
  'EGY EG ERI ER ESH EH ESP ES EST EE ETH ET FIN FI FJI FJ FLK FK FRA FR FRO FO FSM FM GAB GA GBR GB GEO GE GGY GG ' +
  'GHA GH GIB GI GIN GN GLP GP GMB GM GNB GW GNQ GQ GRC GR GRD GD GRL GL GTM GT GUF GF GUM GU GUY GY HKG HK HND HN ' +
  'HRV HR HTI HT HUN HU IDN ID IMN IM IND IN IRL IE IRN IR IRQ IQ ISL IS ISR IL ITA IT JAM JM JEY JE JOR JO JPN JP ' +
  'KAZ KZ KEN KE KGZ KG KHM KH KIR KI KNA KN KOR KR KWT KW LAO LA LBN LB LBR LR LBY LY LCA LC LIE LI LKA LK LSO LS ' +
  'LTU LT LUX LU LVA LV MAC MO MAF MF MAR MA MCO MC MDA MD MDG MG MDV MV MEX MX MHL MH MKD MK MLI ML MLT MT MMR MM ' +
  'MNE ME MNG MN MNP MP MOZ MZ MRT MR MSR MS MTQ MQ MUS MU MWI MW MYS MY MYT YT NAM NA NCL NC NER NE NFK NF NGA NG ' +
  'NIC NI NIU NU NLD NL NOR NO NPL NP NRU NR NZL NZ OMN OM PAK PK PAN PA PCN PN PER PE PHL PH PLW PW PNG PG POL PL ' +
  'PRI PR PRK KP PRT PT PRY PY PSE PS PYF PF QAT QA REU RE ROU RO RUS RU RWA RW SAU SA SDN SD SEN SN SGP SG SHN SH ' +
  'SJM SJ SLB SB SLE SL SLV SV SMR SM SOM SO SPM PM SRB RS SSD SS STP ST SUR SR SVK SK SVN SI SWE SE SWZ SZ SXM SX ' +
  'SYC SC SYR SY TCA TC TCD TD TGO TG THA TH TJK TJ TKL TK TKM TM TLS TL TON TO TTO TT TUN TN TUR TR TUV TV TWN TW ' +
  'TZA TZ UGA UG UKR UA UMI UM URY UY USA US UZB UZ VAT VA VCT VC VEN VE VGB VG VIR VI VNM VN VUT VU WLF WF WSM WS ' +
  'YEM YE ZAF ZA ZMB ZM ZWE ZW';
const nameLanguages = [
  'en',
  'de',
  'es',
  'fr',
  'it',
  'pt',
  'nl',
  'ru',
  'el',
  'pl',
  'sv',
  'da',
  'nb',
  'fi',
  'cs',
  'tr',
  'uk',
  'bg',
  'ro',
  'hu',
  'ca',
  'hr',
  'sk',
  'sl',
  'et',
  'lv',
  'lt',
  'he',
  'ar',
  'zh',
];
const usualNames: ReadonlyMap<string, string> = new Map(
  Object.entries({
    uk: 'GB',
    'great britain': 'GB',
    england: 'GB',
    scotland: 'GB',
    wales: 'GB',
    'northern ireland': 'GB',
    usa: 'US',
    'united states of america': 'US',
    'u s a': 'US',
    'estados unidos': 'US',
    holland: 'NL',
    'the netherlands': 'NL',
    uae: 'AE',
    'russian federation': 'RU',
    'российская федерация': 'RU',
    рф: 'RU',
    'czech republic': 'CZ',
    macedonia: 'MK',
    'north cyprus': 'CY',
    bundesrepublik: 'DE',
    'republic of ireland': 'IE',
    eire: 'IE',
    'republica dominicana': 'DO',
    turkey: 'TR',
    aus: 'AU',
    'islas canarias': 'ES',
    'canary islands': 'ES',
    espanha: 'ES',
  }),
);
const parts = alpha3Pairs.split(' ');
const byAlpha3: ReadonlyMap<string, string> = new Map(
  parts.flatMap((code, index) => (index % 2 === 0 ? [[code, parts[index + 1] ?? '']] : [])),
);
const alpha2: ReadonlySet<string> = new Set(byAlpha3.values());

let names: Map<string, string> | undefined;

/**
 * The country that a feed's word means: `DEU`, `es`, `España`, `AUSTRALIA`, `UK`, `Российская Федерация`.
 * @returns ISO 3166-1 alpha-2, or null when the word is no country known here.
 */
export function parseCountry(word: string): string | null {
  const code = word.trim().toUpperCase();
  if (code.length === 2 && alpha2.has(code)) return code;
  const alpha3 = byAlpha3.get(code);
  if (alpha3 !== undefined) return alpha3;
  const key = wordKey(word);
  return usualNames.get(key) ?? countryNames().get(key) ?? null;
}

/** Names in `nameLanguages`, made on first use; a name of two countries belongs to the one seen first. */
function countryNames(): Map<string, string> {
  if (names !== undefined) return names;
  names = new Map();
  for (const language of nameLanguages) {
    const display = new Intl.DisplayNames(language, { type: 'region', fallback: 'none' });
    for (const code of alpha2) {
      const name = display.of(code);
      if (name !== undefined && !names.has(wordKey(name))) names.set(wordKey(name), code);
    }
  }
  return names;
}
