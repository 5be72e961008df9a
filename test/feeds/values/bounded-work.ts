/** Linear work takes hundredths of a second, other work minutes. */

import { readdirSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import test from 'ava';
import { parseArea, areaUnitFactor } from '../../../shared/feeds/values/areas.ts';
import { parseBoolean } from '../../../shared/feeds/values/booleans.ts';
import { beginningOf } from '../../../shared/feeds/values/bounded.ts';
import { parsePoint, parsePointText } from '../../../shared/feeds/values/coordinates.ts';
import { parseCountry } from '../../../shared/feeds/values/countries.ts';
import { countryOfPoint, mayLieIn } from '../../../shared/feeds/values/country-of-point.ts';
import { findCurrency, hasKnownSign, hasUnclearSign, parseCurrency } from '../../../shared/feeds/values/currencies.ts';
import { currencyOfCountry } from '../../../shared/feeds/values/currency-of-country.ts';
import {
  currencyBeside,
  currencyNamed,
  hasUnknownWord,
  hasWordBeside,
} from '../../../shared/feeds/values/currency-words.ts';
import { parseDate } from '../../../shared/feeds/values/dates.ts';
import { parseEnergyRating } from '../../../shared/feeds/values/energy.ts';
import { addressFlagOf, isAddressAnswer, statusFlagOf } from '../../../shared/feeds/formats/flag-names.ts';
import { saysYes } from '../../../shared/feeds/values/flags.ts';
import { parseGoal } from '../../../shared/feeds/values/goals.ts';
import { chooseId, cleanId, isGuessedId, isNothing, referenceKey } from '../../../shared/feeds/values/ids.ts';
import { absoluteUrl, imageList } from '../../../shared/feeds/values/images.ts';
import { languageOfText, languageTold } from '../../../shared/feeds/values/language-of-text.ts';
import { addText, languageOfCountry, parseLanguage, preferredText } from '../../../shared/feeds/values/languages.ts';
import { loadLibraries } from '../../../shared/platform/libraries.ts';
import { isLatin, languageOfLetters } from '../../../shared/feeds/values/languages-of-letters.ts';
import { placesInLine } from '../../../shared/feeds/formats/one-line-address.ts';
import { markupOf } from '../../../shared/feeds/xml/markup.ts';
import { findMultiplier } from '../../../shared/feeds/values/multipliers.ts';
import { findNumbers, parseNumber } from '../../../shared/feeds/values/numbers.ts';
import { findPeriod, parsePeriod } from '../../../shared/feeds/values/periods.ts';
import { readAmounts } from '../../../shared/feeds/values/price-amounts.ts';
import { parsePrice } from '../../../shared/feeds/values/prices.ts';
import { isPropertyType, parsePropertyType } from '../../../shared/feeds/values/property-types.ts';
import { parseAction, parseStatus } from '../../../shared/feeds/values/statuses.ts';
import { streetAddress } from '../../../shared/feeds/values/street-address.ts';
import {
  cleanDescription,
  cleanLabel,
  cleanLine,
  joinDescriptions,
  plainText,
  withoutControls,
} from '../../../shared/feeds/values/text.ts';
import { wordKey, nameKey } from '../../../shared/feeds/values/words.ts';
import { hardTexts, principalShapes } from '../../doubles/hard-texts.ts';
import { processorSeconds } from '../../doubles/processor-time.ts';

await loadLibraries();

// Reports each result before the next test blocks.
test.beforeEach(async () => {
  await setImmediate();
});

/** As large as an item may be. */
const wholeLength = 2_000_000;
const partLength = 100_000;
const maxSeconds = 1;

const readers: Readonly<Record<string, (text: string) => unknown>> = {
  addText: (text) => addText({ en: 'a' }, new Map(), { language: 'en', word: text, text }),
  areaUnitFactor,
  absoluteUrl: (text) => absoluteUrl(text, 'http://feed.example/'),
  beginningOf: (text) => beginningOf(text),
  chooseId: (text) => chooseId({ id: '-', reference: text, stable: [text] }),
  cleanDescription,
  cleanId,
  cleanLabel,
  cleanLine,
  countryOfPoint: () => countryOfPoint(1, 1),
  currencyBeside,
  currencyNamed,
  currencyOfCountry,
  findCurrency: (text) => findCurrency(text, 'SEK'),
  findMultiplier: (text) => findMultiplier(text, text, text),
  findNumbers,
  findPeriod,
  hasKnownSign,
  hasUnclearSign,
  hasUnknownWord,
  hasWordBeside,
  imageList: (text) => imageList([{ url: text, caption: text }], 'http://feed.example/'),
  isGuessedId,
  isLatin,
  isNothing,
  isPropertyType,
  joinDescriptions: (text) => joinDescriptions([undefined, text]),
  languageOfCountry,
  languageOfLetters: (text) => languageOfLetters(text, 'uk'),
  languageOfText: (text) => languageOfText(text, 'es'),
  languageTold: (text) => languageTold(text, 'es'),
  mayLieIn: (text) => mayLieIn(text, 1, 1),
  nameKey,
  parseAction,
  parseArea: (text) => parseArea(text, { unit: text }),
  parseBoolean,
  parseCountry,
  parseCurrency: (text) => parseCurrency(text, 'SEK'),
  parseDate: (text) => parseDate(text),
  parseEnergyRating,
  parseGoal,
  parseLanguage: (text) => parseLanguage(text),
  parseNumber: (text) => parseNumber(text),
  parsePeriod,
  parsePoint: (text) => parsePoint(text, text),
  parsePointText: (text) => parsePointText(text),
  parsePrice: (text) => parsePrice(text, { prose: text.length % 2 === 0 }),
  parsePropertyType,
  parseStatus,
  plainText,
  preferredText: (text) => preferredText({ [text]: text }, [text]),
  readAmounts: (text) => readAmounts(text, {}),
  referenceKey,
  saysYes,
  streetAddress: (text) => streetAddress(text, text, 'ES'),
  withoutControls,
  wordKey,
};

/** They read single values, too. */
const readersElsewhere: typeof readers = {
  addressFlagOf: (text) => addressFlagOf(text, text),
  isAddressAnswer,
  markupOf: (text) =>
    markupOf({ name: 'a', attributes: {}, text: '', children: [{ name: 'b', attributes: {}, text, children: [] }] }),
  placesInLine,
  statusFlagOf,
};

const texts = [...hardTexts].map(([shape, make]) => ({
  shape,
  text: make(principalShapes.has(shape) ? wholeLength : partLength),
}));

/** They read nothing of a feed. */
const otherExports: ReadonlySet<string> = new Set(['blurred', 'roundTo', 'wordTable']);

test.serial('every reader of values/ stands in this table', async (t) => {
  const folder = new URL('../../../shared/feeds/values/', import.meta.url);
  const exported: string[] = [];
  for (const file of readdirSync(folder)) {
    const module = (await import(new URL(file, folder).href)) as Record<string, unknown>;
    exported.push(...Object.keys(module).filter((name) => typeof module[name] === 'function'));
  }
  t.deepEqual(exported.filter((name) => !otherExports.has(name)).toSorted(), Object.keys(readers).toSorted());
});

for (const [name, read] of Object.entries({ ...readers, ...readersElsewhere })) {
  test.serial(`${name} reads 2 MB of any shape in under a second`, (t) => {
    for (const { shape, text } of texts) {
      const seconds = processorSeconds(() => read(text), maxSeconds);
      t.true(seconds < maxSeconds, `${shape}: ${seconds} s`);
    }
  });
}
