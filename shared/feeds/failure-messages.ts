import type { EstioError } from '../platform/errors.ts';

const words: Readonly<Record<string, string>> = {
  truncated:
    'The download was cut off. Listings that had arrived were updated and none was removed; the next run ' +
    '' +
    'tries again.',
  empty: 'The address returned an empty page. Nothing was removed; the next run tries again.',
  'not-a-feed':
    'The address returned another page (an error, a login) instead of a feed. Nothing was changed; ' +
    'check the address.',
  'no-location':
    "The feed's location no longer exists. Nothing was changed; assign another location or pause the " + 'feed.',
  'missing-mapping':
    "The feed's format is GENERIC, but it has no mapping. Nothing was changed; give it a mapping, or " +
    'set its format to AUTO.',
  'invalid-mapping': 'The mapping of this feed cannot be used. Nothing was changed; correct it.',
  'http-status':
    'The address did not return a feed. Nothing was changed; ask the publisher whether the address ' +
    'is still valid.',
  unauthorized:
    "The feed's login is missing, wrong or no longer accepted. Nothing was changed; enter it again, " +
    'or ask the publisher.',
  gone: 'The feed no longer exists at this address. Nothing was removed; ask the publisher for the new address.',
  'rate-limited':
    "The feed's server received too many requests and refuses more. Nothing was changed; " +
    'the next run tries again.',
  'server-error': "The feed's server reported an error. Nothing was changed; the next run tries again.",
  timeout: 'Reading the feed took too long. Nothing was removed; the next run tries again.',
  stopped:
    'There was not enough time to read the whole feed. Listings that had arrived were updated and none was ' +
    'removed; the next run tries again.',
  'idle-timeout': "The feed's server stopped sending. Nothing was removed; the next run tries again.",
  unreachable: "The feed's server cannot be reached. Nothing was changed; the next run tries again.",
  'private-address':
    "The feed's address leads into a private network and was refused. Nothing was changed; use a " +
    'public address (FEED_ALLOW_PRIVATE=1 allows private ones, for tests).',
  'bad-url': "The feed's address is not a web address (https://...). Nothing was changed; correct it.",
  'insecure-redirect':
    'The feed redirects from https to http, which was refused. Nothing was changed; ask the ' +
    'publisher for an https address.',
  'too-many-redirects': 'The feed redirects too often. Nothing was changed; ask the publisher for the final address.',
  'http-error':
    "The server's answer cannot be read. Nothing was changed; the next run tries again. If that " +
    'fails too, ask the publisher.',
  'feed-too-large':
    'The feed is larger than allowed. Nothing was changed; if its size is right, an administrator ' +
    'can raise FEED_MAX_MB.',
  'decompression-bomb':
    'The feed unpacks to an implausibly large file and was refused. Nothing was changed; ask the publisher.',
  'entity-declarations':
    'The feed declares its own XML entities, which are refused for safety. Nothing was changed; ask ' +
    'the publisher for a feed without them.',
  'unknown-format': 'The format set for this feed does not exist. Nothing was changed; set it to AUTO.',
  corrupt: 'The compressed feed is damaged. Nothing was removed; the next run tries again.',
  'zip-with-several':
    'The ZIP contains several feeds, and it is unclear which one to read. Nothing was changed; ask ' +
    'the publisher for one feed per file or address.',
  'zip-without-xml': 'The ZIP contains no feed. Nothing was changed; ask the publisher.',
  'unknown-encoding': 'The server compresses the feed in an unsupported way. Nothing was changed; ask the publisher.',
  challenge:
    'The site checks whether its visitor is a person, and the browser did not pass. The next run tries ' +
    'again; ask the publisher for an address without this check.',
  'page-loop': "The feed's pages lead back to one that was already read. Nothing was removed; ask the publisher.",
  credentials: "The feed's stored login cannot be decrypted: enter it again.",
  'credentials-key': 'Stored logins cannot be decrypted: an administrator must check CREDENTIALS_KEY.',
};

const keptOnce =
  'The part that arrived is kept, and the next run continues with it. The feed sends each change only once: ' +
  'if it was cut off, ask the publisher to send the rest again.';

/** For a feed that sends each change once. */
const wordsOfSentOnce: Readonly<Record<string, string>> = {
  truncated: `The download was cut off. ${keptOnce}`,
  timeout: `The feed took too long. ${keptOnce}`,
  stopped: `There was not enough time to read the whole feed. ${keptOnce}`,
  'idle-timeout': `The feed's server stopped sending. ${keptOnce}`,
};

const anyFailure = 'The feed could not be read. Nothing was removed; the next run tries again.';

const ours: ReadonlySet<string> = new Set([
  'ids-moved',
  'format-changed',
  'mode-changed',
  'removals-held',
  'needs-mapping',
]);

const maxTechnical = 300;

/** For staff, followed by the technical message. */
export function describeFailure(error: EstioError, address: string, isSentOnce = false): string {
  if (ours.has(error.code)) return error.message;
  const plain = (isSentOnce ? wordsOfSentOnce[error.code] : undefined) ?? words[error.code] ?? anyFailure;
  return `${plain} [${address}: ${shortened(error.message)}]`;
}

function shortened(text: string): string {
  if (text.length <= maxTechnical) return text;
  const kept = text.slice(0, maxTechnical);
  return `${kept.slice(0, Math.max(kept.lastIndexOf(' '), maxTechnical / 2)).trimEnd()} …`;
}
