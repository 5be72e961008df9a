/**
 * The language of a text by its small words, for texts that name none. Feeds come in few languages, and a wrong label
 * shows a reader a text in a language that is not theirs; so the words decide only where they are clear. Statistics of
 * letters would name a language for every text, also for five words of a title; these say nothing where they know
 * nothing.
 */
import { beginningOf, maxProseLength } from './bounded.ts';

/** Words that are frequent in one language and rare in the others of the table; and what listings are full of. */
const stopWords: Readonly<Record<string, string>> = {
  en:
    'the and with of for from this that is are has your you by which also not house home flat garden kitchen ' +
    'bedroom bedrooms bathroom bathrooms room rooms floor sea view views located pool terrace close near ' +
    'beautiful an to do as',
  es:
    'el los las y con del una por para muy esta este está pero casa piso vivienda dormitorios baño baños cocina ' +
    'salón terraza planta vistas mar piscina habitaciones situado ubicado zona calle bonito buen gran amplio o ' +
    'vista sur se sala un de la en que',
  ca:
    'els les amb i una dels molt aquesta aquest pis habitatge habitacions bany banys cuina menjador terrassa ' +
    'planta vistes situat zona carrer gran és més el vista de la un en que',
  pt:
    'o os e com do da dos das uma em para muito está não casa apartamento quartos quarto banheiro banheiros ' +
    'cozinha sala varanda andar vista mar moradia cidade localizado à linda localização próximo próxima bairro ' +
    'vagas área salão na se um de que',
  fr:
    'le les des et avec une du dans pour sur est très vous au aux maison appartement chambres chambre cuisine ' +
    'salon terrasse étage vue mer piscine jardin situé belle beau pièces proche un de la en que',
  it:
    'il gli della del con una di per che è nel dei delle sono molto casa appartamento camere camera bagno bagni ' +
    'cucina soggiorno terrazza piano vista mare piscina giardino situato composto zona e o se la un',
  de:
    'der die das und mit ein eine einer im ist von für den dem zur zum auf sehr nicht haus wohnung zimmer küche ' +
    'bad balkon garten terrasse schlafzimmer wohnzimmer blick liegt grundstück lage',
  nl:
    'het een van met en op is voor zijn niet aan bij deze zeer huis woning appartement kamers slaapkamers keuken ' +
    'badkamer tuin terras verdieping uitzicht zee gelegen ruime de',
  pl:
    'i w z na do się jest dla oraz od po przy ten nie mieszkanie dom pokój pokoje pokoi kuchnia łazienka ogród ' +
    'balkon piętro działka ładne położone sprzedaż',
  sv:
    'och med i ett för på är av till det som inte mycket hus lägenhet rum kök badrum sovrum trädgård balkong ' +
    'terrass utsikt havet nära ligger fin en',
  nb:
    'og med i et for på er av til det som ikke hus leilighet rom kjøkken bad soverom hage balkong terrasse ' +
    'utsikt havet nær ligger meget fin stue en',
  da:
    'og med i et for på er af til det som ikke hus lejlighed værelser køkken bad soveværelse have altan terrasse ' +
    'udsigt havet tæt ligger meget flot stue en',
  fi:
    'ja että myös ovat kanssa hyvin asunto talo huonetta keittiö kylpyhuone makuuhuone parveke piha sauna ' +
    'näköala meri lähellä sijaitsee kaunis',
  ro:
    'și si cu din pentru este sunt o foarte casă apartament camere cameră bucătărie baie balcon grădină etaj ' +
    'vedere mare situat zona e de la un',
  cs:
    'v na je s do z pro od byt dům pokoj pokoje kuchyně koupelna zahrada balkon terasa patro výhled velmi prodej ' +
    'nachází',
  hu:
    'az és egy is hogy ház lakás szoba szobák konyha fürdőszoba kert erkély terasz emelet kilátás tenger eladó ' +
    'nagyon nem',
  hr: 'i u s na je za od sa do kuća stan soba sobe kuhinja kupaonica vrt balkon terasa kat pogled more nalazi vrlo',
  tr:
    've bir ile için bu çok ev daire oda odalı mutfak banyo bahçe balkon teras kat manzara deniz satılık kiralık ' +
    'merkezi',
};

const languagesOf: ReadonlyMap<string, readonly string[]> = (() => {
  const byWord = new Map<string, string[]>();
  for (const [language, words] of Object.entries(stopWords))
    for (const word of new Set(words.split(' '))) byWord.set(word, [...(byWord.get(word) ?? []), language]);
  return byWord;
})();

/** More words of a long text change nothing. */
const maxWords = 400;
/** How many words must speak for a language, and how many times more than for any other. */
const minHits = 1.4;
const ahead = 1.5;
/** The words of a text contradict its language when they speak so many times more for another one. */
const contradicted = 2;
/** Languages that are not in the table and have the words of some that are. */
const kin: ReadonlyMap<string, readonly string[]> = new Map([
  ['sk', ['cs']],
  ['sl', ['hr']],
  ['sr', ['hr']],
  ['bs', ['hr']],
  ['gl', ['pt', 'es']],
  ['oc', ['ca']],
  ['et', ['fi']],
  ['lb', ['de']],
]);

/**
 * @returns the language that the words of a text are in; `undefined` when they are too few, or those of several
 * languages
 */
export function languageOfWords(text: string): string | undefined {
  return clearest(judged(text));
}

function clearest([best, second]: readonly Judged[]): string | undefined {
  if (best === undefined || best.weight < minHits) return undefined;
  return best.weight >= (second?.weight ?? 0) * ahead ? best.language : undefined;
}

/**
 * The language that the words of a text are in when that is clearly not the one it is taken to be in; `undefined` when
 * they agree, or say too little.
 */
export function contradictingLanguage(text: string, taken: string): string | undefined {
  const all = judged(text);
  const words = clearest(all);
  if (words === undefined || words === taken || kin.get(taken)?.includes(words) === true) return undefined;
  const weightOf = (language: string): number => all.find((one) => one.language === language)?.weight ?? 0;
  return weightOf(words) >= weightOf(taken) * contradicted ? words : undefined;
}

interface Judged {
  readonly language: string;
  readonly weight: number;
}

/**
 * Languages by the weight of the words that a text has, each once: a word that three languages share is a third for
 * each.
 */
function judged(text: string): readonly Judged[] {
  const weights = new Map<string, number>();
  const plain = withoutAddresses(beginningOf(text, maxProseLength).replace(/<[^<>]*>/g, ' ')).toLowerCase();
  for (const word of new Set((plain.match(/\p{L}+/gu) ?? []).slice(0, maxWords))) {
    const languages = languagesOf.get(word) ?? [];
    for (const language of languages) weights.set(language, (weights.get(language) ?? 0) + 1 / languages.length);
  }
  return [...weights].map(([language, weight]) => ({ language, weight })).toSorted((a, b) => b.weight - a.weight);
}

const inAddress = /\S(?:@|:\/\/|www\.)\S/;

/** Mail addresses and links are in no language. */
function withoutAddresses(text: string): string {
  return inAddress.test(text) ? text.replace(/\S+/g, (word) => (inAddress.test(word) ? ' ' : word)) : text;
}
