/**
 * mailsplit is part of Nodemailer's mailparser, which itself trusts declared charsets, mixes nested messages into the
 * text, and holds attachments in memory.
 */

import { once } from 'node:events';
import { Readable, type Transform } from 'node:stream';
import mailsplit, { type MimeNode, type SplitterChunk } from '@zone-eu/mailsplit';
import { Headers, headersFromLines } from './headers.ts';
import { usualBytes } from './usual-bytes.ts';

export interface Part {
  /** IMAP part number such as `1.2`. */
  readonly id: string;
  readonly mimeType: string;
  readonly charset?: string;
  readonly disposition?: string;
  readonly filename?: string;
  readonly contentId?: string;
  readonly flowed: boolean;
  readonly delSp: boolean;
  readonly headers: Headers;
  /** Outermost first. */
  readonly ancestors: readonly string[];
  /** The enclosing multipart/alternative. */
  readonly alternative?: object;
  /** Bytes, decoded. */
  readonly size: number;
  readonly content?: Buffer;
  readonly truncated: boolean;
}

export interface SplitMessage {
  readonly headers: Headers;
  readonly mimeType: string;
  readonly parts: readonly Part[];
  readonly damaged: boolean;
}

/** Bytes: a document must stay below MongoDB's 16 MB. */
export const maxTextBytes = 2 * 1024 * 1024;
const maxNestedBytes = 64 * 1024;
const chunkBytes = 64 * 1024;

/** mailsplit counts each line as at least 64 bytes, and gives up beyond its limit. */
const maxHeadCost = 1024 * 1024;
const maxFieldCost = 256 * 1024;
const lineCost = 64;
const shortHead = 16 * 1024;

export async function splitParts(raw: Buffer): Promise<SplitMessage> {
  const splitter = Readable.from(slices(usualBytes(raw))).pipe(
    new mailsplit.Splitter({ ignoreEmbedded: true, maxHeadSize: 2 * maxHeadCost }),
  );
  const leaves = new Leaves();
  let damaged = false;
  try {
    for await (const chunk of splitter as AsyncIterable<SplitterChunk>) await leaves.take(chunk);
  } catch {
    damaged = true;
  }
  const { root, parts } = await leaves.end();
  return { headers: headersOf(root), mimeType: root?.contentType || 'text/plain', parts, damaged };
}

class Leaves {
  readonly #parts: Part[] = [];
  #root: MimeNode | undefined;
  #open: OpenPart | undefined;
  readonly #preamble: Buffer[] = [];
  #preambleSize = 0;

  async take(chunk: SplitterChunk): Promise<void> {
    if (chunk.type === 'node') {
      await this.#closeOpen();
      this.#root ??= chunk;
      this.#open = chunk.multipart ? undefined : openPart(chunk);
    } else if (chunk.type === 'body') {
      await this.#open?.write(chunk.value);
    } else if (chunk.type === 'data' && !this.#open && this.#parts.length === 0) {
      if (this.#preambleSize < maxTextBytes) this.#preamble.push(Buffer.from(chunk.value));
      this.#preambleSize += chunk.value.length;
    }
  }

  async end(): Promise<{ readonly root: MimeNode | undefined; readonly parts: readonly Part[] }> {
    await this.#closeOpen();
    if (this.#root && this.#parts.length === 0 && this.#preambleSize > 0) {
      const content = Buffer.concat(this.#preamble).subarray(0, maxTextBytes);
      const truncated = this.#preambleSize > maxTextBytes;
      this.#parts.push(describe(this.#root, 'text/plain', { size: this.#preambleSize, content, truncated }));
    }
    return { root: this.#root, parts: this.#parts };
  }

  async #closeOpen(): Promise<void> {
    const open = this.#open;
    this.#open = undefined;
    if (open) this.#parts.push(await open.close());
  }
}

interface OpenPart {
  write(chunk: Buffer): Promise<void>;
  close(): Promise<Part>;
}

function openPart(node: MimeNode): OpenPart {
  // RFC 2045, section 5.2: an unreadable type is plain text.
  const mimeType = node.contentType && node.contentType.includes('/') ? node.contentType : 'text/plain';
  const maxBytes = mimeType.startsWith('text/') ? maxTextBytes : mimeType === 'message/rfc822' ? maxNestedBytes : 0;
  const kept: Buffer[] = [];
  let size = 0;
  let keptSize = 0;
  const decoder = node.getDecoder() as Transform;
  const ended = once(decoder, 'end').catch(() => undefined);
  decoder.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (keptSize >= maxBytes) return;
    // A view would keep the whole message in memory.
    kept.push(Buffer.from(chunk.subarray(0, maxBytes - keptSize)));
    keptSize += kept.at(-1)?.length ?? 0;
  });
  return {
    async write(chunk) {
      if (!decoder.write(chunk)) await once(decoder, 'drain');
    },
    async close() {
      decoder.end();
      await ended;
      return describe(node, mimeType, {
        size,
        ...(maxBytes > 0 ? { content: Buffer.concat(kept) } : {}),
        truncated: maxBytes > 0 && size > maxBytes,
      });
    },
  };
}

function describe(node: MimeNode, mimeType: string, body: Pick<Part, 'size' | 'content' | 'truncated'>): Part {
  const headers = headersOf(node);
  const contentId = headers.raw('content-id')?.replace(/^<|>$/g, '').trim();
  const chain = ancestors(node);
  const alternative = chain.find((ancestor) => ancestor.multipart === 'alternative');
  return {
    id: (node.partNr || []).filter((number) => number !== 'TEXT').join('.') || '1',
    mimeType,
    ...(node.charset ? { charset: node.charset } : {}),
    ...(node.disposition ? { disposition: node.disposition } : {}),
    ...(node.filename ? { filename: node.filename } : {}),
    ...(contentId ? { contentId } : {}),
    flowed: node.flowed,
    delSp: node.delSp,
    headers,
    ancestors: chain.map((ancestor) => ancestor.contentType || ''),
    ...(alternative ? { alternative } : {}),
    ...body,
  };
}

function ancestors(node: MimeNode): MimeNode[] {
  const found: MimeNode[] = [];
  for (let parent = node.parentNode; parent; parent = parent.parentNode) found.unshift(parent as MimeNode);
  return found;
}

function headersOf(node: MimeNode | undefined): Headers {
  return node?.headers ? headersFromLines(node.headers.getList()) : new Headers([]);
}

function* slices(raw: Buffer): Generator<Buffer> {
  const head = headLength(raw);
  const whole = head > shortHead ? [affordableFields(raw.subarray(0, head)), raw.subarray(head)] : [raw];
  for (const piece of whole) {
    for (let start = 0; start < piece.length; start += chunkBytes) yield piece.subarray(start, start + chunkBytes);
  }
}

function headLength(raw: Buffer): number {
  const ends = ['\r\n\r\n', '\n\n'].map((mark) => raw.indexOf(mark)).filter((end) => end >= 0);
  return ends.length === 0 ? raw.length : Math.min(...ends);
}

function affordableFields(head: Buffer): Buffer {
  let left = maxHeadCost;
  const lines: string[] = [];
  for (const field of head.toString('latin1').split(/\r?\n(?![ \t])/)) {
    let fieldLeft = Math.min(left, maxFieldCost);
    for (const line of field.split(/\r?\n/)) {
      const kept = line.slice(0, fieldLeft);
      const cost = Math.max(kept.length + 2, lineCost);
      fieldLeft -= cost;
      if (fieldLeft < 0 && kept === '') break;
      lines.push(kept);
      left -= cost;
    }
    if (left <= 0) break;
  }
  return Buffer.from(lines.join('\r\n'), 'latin1');
}
