/** Mail as RFC 5322 forbids it, but senders and gateways write it. */

import { decodeText } from './decode-text.ts';

/** The first line with its end. */
const firstLine = /^[^\r\n]*(\r*\n|\r)/;
const firstLineBytes = 64 * 1024;

/** Without a byte order mark and blank lines before the headers; lines that end in CR or CR CR LF end in CR LF. */
export function usualBytes(raw: Buffer): Buffer {
  const bytes = withoutStart(isUtf16(raw) ? Buffer.from(decodeText(raw)) : raw);
  const end = firstLine.exec(bytes.subarray(0, firstLineBytes).toString('latin1'))?.[1] ?? '';
  if (end === '' || end === '\n' || end === '\r\n') return bytes;
  return Buffer.from(bytes.toString('latin1').replace(/\r+\n|\r|\n/g, '\r\n'), 'latin1');
}

function isUtf16([first, second]: Buffer): boolean {
  return (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
}

function withoutStart(bytes: Buffer): Buffer {
  let start = bytes.toString('latin1', 0, 3) === '\xEF\xBB\xBF' ? 3 : 0;
  while (bytes[start] === 0x0d || bytes[start] === 0x0a) start += 1;
  return start === 0 ? bytes : bytes.subarray(start);
}
