/** People and firms: what is in such an element, or in `branch_address`, is theirs. Names as `nameKey` gives them. */

const party = new RegExp(
  [
    'agent|agen[cz]|broker|office|branch|contact|publisher|company|vendor|seller|owner|manager|realtor|developer|' +
      'builder|consultant|negotiator|advis[eo]r|advertiser|landlord|employee|staff|salesrep|salesperson|listedby|' +
      'franchis',
    'kontakt|ansprech|anbieter|makler|berater|betreuer|mitarbeiter|verkaeufer|verkaufer|eigentuemer|eigentumer|' +
      'vermieter|verwalter|bautrae?ger|niederlassung|geschae?ftsstelle|zweigstelle|filial|filiaal|' +
      'unternehmen|(?<!con|a)firma',
    'propietari|proprietai?r|vendedor|venditore|corretor|asesor|assessor|captador|captatrice|anunciante|' +
      'inserzionista|annonceur|promotor|promoteur|constructora|construtora|costruttore|arrendador|bailleur|locatore',
    'contatto|consulente|consultor|negociateur|conseiller|collaborator|responsable|responsabile|succ?ursal|empresa|' +
      'entreprise|societa|societe|azienda',
    'makelaar|verhuurder|doradca|posrednik|pobocka|kancelar|biuro|maegler|mægler|megler|maklare|iroda|dan[iı]sman|' +
      'emlak[cç]',
    'агент|контакт|менеджер|риелтор|риэлтор|продавец|собственник|застроищик|компани|филиал|офис|владелец|μεσιτ|γραφειο',
  ].join('|'),
);
/** Ambiguous: a party only next to a party's field, or as an enclosing element. */
const perhaps = (
  'oficina inmobiliaria gestor gestore gestionnaire referente sede kantoor kontor team user usuario utente client ' +
  'cliente customer member partner provider supplier operatore titolare'
).split(' ');
/** As enclosing elements, just as likely a place or a type; `commercial text` is the listing's. */
const ratherNot = 'comercial immobiliare commerciale commercial delegacion delegation'.split(' ');

export function speaksOfParty(key: string): boolean {
  return party.test(key);
}

export function isParty(key: string): boolean {
  return party.test(key) || perhaps.includes(key);
}

export function besideParty(key: string): readonly string[] {
  const before = perhaps.filter((word) => key.endsWith(word)).map((word) => key.slice(0, -word.length));
  const restAfter = (words: readonly string[]): string[] =>
    words.filter((word) => key.startsWith(word)).map((word) => key.slice(word.length));
  return [...before, ...restAfter(perhaps), ...restAfter(ratherNot).filter((rest) => !/desc|te?xt/.test(rest))].filter(
    (rest) => rest !== '',
  );
}
