/** What happened to a feed, in words that staff of an agency understand and can act on. */

import type { EstioError } from '../platform/errors.ts';

const words: Readonly<Record<string, string>> = {
  truncated:
    'The download was cut before its end. What was read was updated, nothing was removed; the next run tries again.',
  empty: 'The address answers with an empty page. Nothing was removed; the next run tries again.',
  'not-a-feed':
    'The address does not answer with a feed but with another page (an error, a login). Nothing was changed.',
  'no-location':
    'The location that this feed belongs to is not there any more. Nothing was changed; give the feed another one ' +
    'or switch it off.',
  'missing-mapping':
    'The feed is set to GENERIC and has no mapping: give it one, or set its format to AUTO. Nothing was changed.',
  'invalid-mapping': 'The mapping of this feed cannot be used. Nothing was changed; correct it.',
  'http-status':
    'The address answers with something else than a feed. Nothing was changed; ask whoever publishes it whether it ' +
    'is still right.',
  unauthorized:
    'The login of this feed is missing, wrong or not allowed any more. Nothing was changed; enter it again, or ask ' +
    'whoever publishes the feed.',
  gone: 'There is no feed at this address any more. Nothing was removed; ask whoever publishes it for the new address.',
  'rate-limited': 'The server of the feed asks us to come less often. The next run tries again.',
  'server-error': 'The server of the feed has a problem. The next run tries again.',
  timeout: 'The feed took too long. The next run tries again.',
  stopped:
    'There was not time enough to read the feed to its end. What was read was updated, nothing was removed; the ' +
    'next run tries again.',
  'idle-timeout': 'The server of the feed stopped answering. The next run tries again.',
  unreachable: 'The server of the feed cannot be reached. The next run tries again.',
  'private-address':
    'The address of this feed leads into a private network: it is refused. Nothing was changed; give the feed an ' +
    'address of the public web (FEED_ALLOW_PRIVATE=1 lets private ones through, for tests).',
  'bad-url': 'The address of this feed is not one of the web (https://...). Nothing was changed; correct it.',
  'insecure-redirect':
    'The feed leads from https to http: refused. Nothing was changed; ask whoever publishes it for an https address.',
  'too-many-redirects':
    'The feed redirects too often. Nothing was changed; ask whoever publishes it for the address that it leads to.',
  'http-error':
    'The answer of the server cannot be understood. Nothing was changed; the next run tries again, and if that fails ' +
    'too, ask whoever publishes the feed.',
  'feed-too-large':
    'The feed is larger than allowed. Nothing was changed; an administrator can raise FEED_MAX_MB if that is right.',
  'decompression-bomb': 'The feed unpacks to an absurd size: refused. Nothing was changed; ask whoever publishes it.',
  'entity-declarations':
    'The feed declares XML entities of its own: refused for safety. Nothing was changed; ask whoever publishes it ' +
    'for a feed without them.',
  'unknown-format': 'The format that is set for this feed does not exist. Nothing was changed; set it to AUTO.',
  corrupt: 'The packed feed is damaged. The next run tries again.',
  'zip-with-several':
    'The ZIP has several feeds in it, and it is not known which one counts. Nothing was changed; ask whoever ' +
    'publishes it for a feed of one file, or for an address of each.',
  'zip-without-xml': 'There is no feed in the ZIP. Nothing was changed; ask whoever publishes it.',
  'unknown-encoding':
    'The server packs the feed in a way that cannot be opened. Nothing was changed; ask whoever publishes it.',
  challenge:
    'The site shows a page to tell people from programs, and the browser did not get past it. The next run tries ' +
    'again; ask the publisher for an address without it.',
  'page-loop':
    'The pages of the feed lead back to one that was read already. Nothing was removed; ask whoever publishes it.',
  credentials: 'The stored login of this feed cannot be opened: enter it again.',
  'credentials-key': 'Stored logins cannot be opened at the moment: an administrator has to look at CREDENTIALS_KEY.',
};

const keptOnce =
  'What had come by then is not lost: what was not read of it the next run reads first. The feed sends each change ' +
  'once and will not send the rest again: if something was cut off, ask whoever publishes it for it.';

/** Of a feed that sends each change once: no other run can try again. */
const wordsOfSentOnce: Readonly<Record<string, string>> = {
  truncated: `The download was cut before its end. ${keptOnce}`,
  timeout: `The feed took too long. ${keptOnce}`,
  stopped: `There was not time enough to read the feed to its end. ${keptOnce}`,
  'idle-timeout': `The server of the feed stopped answering. ${keptOnce}`,
};

/** Where nothing better is known. */
const anyFailure = 'The feed could not be read. Nothing was removed; the next run tries again.';

/** Messages of our own that say all there is to say, with the way on: they are kept whole. */
const ours: ReadonlySet<string> = new Set([
  'ids-moved',
  'format-changed',
  'mode-changed',
  'removals-held',
  'needs-mapping',
]);

/** Letters of the technical message. */
const maxTechnical = 300;

/** One or two sentences for staff, with the technical message behind them. */
export function describeFailure(error: EstioError, address: string, isSentOnce = false): string {
  if (ours.has(error.code)) return error.message;
  const plain = (isSentOnce ? wordsOfSentOnce[error.code] : undefined) ?? words[error.code] ?? anyFailure;
  return `${plain} [${address}: ${shortened(error.message)}]`;
}

/** A long text ends behind a word, with a sign that it went on. */
function shortened(text: string): string {
  if (text.length <= maxTechnical) return text;
  const kept = text.slice(0, maxTechnical);
  return `${kept.slice(0, Math.max(kept.lastIndexOf(' '), maxTechnical / 2)).trimEnd()} …`;
}
