/** Quoting has no standard: the rules use form, and words only where needed. Forwarded text is no history. */

/** Longer is prose. */
const maxAttribution = 400;
const maxLines = 5000;

const forwardedMessage =
  'forwarded message|weitergeleitete nachricht|message transf[ée]r[ée]|mensaje reenviado|messaggio inoltrato|' +
  'doorgestuurd bericht|mensagem (encaminhada|reencaminhada)|προωθημένο μήνυμα|пересылаемое сообщение|' +
  'wiadomość przekazana|vidarebefordrat meddelande';
const beginningOfForwarded =
  'begin forwarded message|anfang der weitergeleiteten nachricht|début du message (réexpédié|transféré)|' +
  'inizio messaggio inoltrato|έναρξη προωθημένου μηνύματος|начало переадресованного сообщения';
const forwardMarks = [
  new RegExp(String.raw`^-{3,}\s*(${forwardedMessage})\b.*-{3,}$`, 'iu'),
  new RegExp(String.raw`^(${beginningOfForwarded})\s*:$`, 'iu'),
];

const forwardSubject = /^\s*(fwd?|wg|tr|rv|i|enc|doorst|vs|vb|πρθ|προώθ|пересл|fs|pd)\s*(\[\d+\])?\s*:/iu;

const originalMessage =
  "original message|original appointment|ursprüngliche nachricht|message d'origine|mensaje original|" +
  'messaggio originale|oorspronkelijk bericht|mensagem original|αρχικό μήνυμα|исходное сообщение|' +
  'wiadomość oryginalna|ursprungligt meddelande';
const originalMark = new RegExp(String.raw`^[-_*]{3,}\s*(${originalMessage})\s*[-_*]{3,}$`, 'iu');

/** First label of Outlook's header block. */
const fromLabel = /^\*?(from|von|de|da|van|från|fra|od|από|от|kimden|lähettäjä|feladó)\*?\s*:\*?\s*\S/iu;
const otherLabels =
  'sent|date|to|cc|subject|gesendet|datum|an|betreff|envoyé|date|à|objet|enviado( el)?|fecha|para|asunto|inviato|' +
  'data|a|oggetto|verzonden|aan|onderwerp|skickat|till|ämne|sendt|til|emne|wysłano|do|temat|στάλθηκε|ημερομηνία|' +
  'προς|κοιν|θέμα|отправлено|дата|кому|тема';
const otherLabel = new RegExp(String.raw`^\*?(${otherLabels})\*?\s*:`, 'iu');

const wroteWord = new RegExp(
  String.raw`(wrote|writes|schrieb|a écrit|escribió|ha scritto|schreef|escreveu|skrev|napisał(\(a\))?|έγραψε|` +
    String.raw`написала?|пишет|kirjoitti|írta|yazdı|napsal\(?a?\)?)\s*:$`,
  'iu',
);

/** Surest first. */
const attributionBeginnings = [
  /^(on|am|le|el|il|op|em|den|på|dne|dnia|w dniu|vào|pe|dana|στις|την|на|в)\s(?=.*(\d|,$))/iu,
  /^(\p{L}{2,12}[.,]{0,2} )?\d{1,4}[./-]/u,
  /^[^.!?:]{0,100}<[^\s<>@]+@[^\s<>]+>$/u,
];

type Kind = 'text' | 'quoted' | 'blank';

/**
 * @param subject a header block is history under "Re:", not under "Fwd:"
 * @returns empty if all is history
 */
export function withoutQuotedHistory(text: string, subject: string): string {
  const lines = text.split('\n', maxLines).map((line) => line.trimEnd());
  const kept: string[] = [];
  let index = 0;
  while (index < lines.length) {
    const line = (lines[index] as string).trim();
    if (
      isForwardMark(line) ||
      (forwardSubject.test(subject) && (isHistoryMark(lines, index) || isForwardMark(unquote(line))))
    ) {
      return [...kept, ...lines.slice(index).map(unquote)].join('\n').trim();
    }
    if (isHistoryMark(lines, index)) break;
    const attribution = attributionLength(lines, index);
    if (attribution > 0) {
      index += attribution;
      // Unless each line is quoted, history has no visible end.
      if (kindOf(lines[nextFilled(lines, index)]) !== 'quoted') break;
      continue;
    }
    if (kindOf(lines[index]) !== 'quoted') kept.push(lines[index] as string);
    index += 1;
  }
  return kept.join('\n').trim();
}

function isForwardMark(line: string): boolean {
  return line.length <= maxAttribution && forwardMarks.some((mark) => mark.test(line));
}

function isHistoryMark(lines: readonly string[], index: number): boolean {
  const line = (lines[index] as string).trim();
  if (line.length > maxAttribution) return false;
  if (originalMark.test(line)) return true;
  if (/^_{20,}$/.test(line)) return isHeaderBlock(lines, nextFilled(lines, index + 1));
  return isHeaderBlock(lines, index);
}

function isHeaderBlock(lines: readonly string[], index: number): boolean {
  const first = lines[index]?.trim();
  if (first === undefined || first.length > maxAttribution || !fromLabel.test(first)) return false;
  const following = lines
    .slice(index + 1, index + 8)
    .map((line) => line.trim())
    .filter((line) => line !== '');
  return following.slice(0, 5).filter((line) => otherLabel.test(line)).length >= 2;
}

/**
 * "... wrote:", in 1 to 3 lines, perhaps directly below the answer.
 *
 * @returns lines, 0 if none
 */
function attributionLength(lines: readonly string[], index: number): number {
  const wrapped: string[] = [];
  for (const line of lines.slice(index, index + 3)) {
    if (kindOf(line) !== 'text' || line.length > maxAttribution) return 0;
    wrapped.push(line.trim());
    if (!line.endsWith(':')) continue;
    const isQuoteNext = kindOf(lines[nextFilled(lines, index + wrapped.length)]) === 'quoted';
    return attributionStart(wrapped, isQuoteNext) === 0 ? wrapped.length : 0;
  }
  return 0;
}

function attributionStart(wrapped: readonly string[], isQuoteNext: boolean): number | undefined {
  const starts = wrapped
    .map((_, start) => start)
    .filter((start) => isAttribution(wrapped.slice(start).join(' '), isQuoteNext));
  for (const beginning of attributionBeginnings) {
    const start = starts.findLast((each) => beginning.test(wrapped[each] as string));
    if (start !== undefined) return start;
  }
  return starts.at(-1);
}

/** Has a time or address, and "wrote" or quoted lines next. */
function isAttribution(text: string, isQuoteNext: boolean): boolean {
  if (text.length > maxAttribution) return false;
  const dated = /\d{1,2}[:.]\d{2}|\b(19|20)\d{2}\b/.test(text);
  const addressed = /[^\s@<]+@[^\s@>]+/.test(text);
  return (dated || addressed) && (isQuoteNext || wroteWord.test(text));
}

function kindOf(line: string | undefined): Kind {
  if (line === undefined || line.trim() === '') return 'blank';
  return line.trimStart().startsWith('>') ? 'quoted' : 'text';
}

function nextFilled(lines: readonly string[], index: number): number {
  let next = index;
  while (next < lines.length && kindOf(lines[next]) === 'blank') next += 1;
  return next;
}

function unquote(line: string): string {
  return line.replace(/^\s*(?:>\s?)+/, '');
}
