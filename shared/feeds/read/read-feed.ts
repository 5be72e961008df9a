import { hasListings } from '../../models/feed-listings.ts';
import { readPieces, type WaitingTransfer } from '../../models/feed-transfer.ts';
import type { PropertyFeedDoc } from '../../models/property-feed.ts';
import { openCredentials } from '../../platform/crypto.ts';
import { EstioError } from '../../platform/errors.ts';
import { browserDownload } from '../fetch/browser-download.ts';
import { download, type Download, type FeedBody } from '../fetch/download.ts';
import { EnclosedPictures } from '../fetch/enclosed-pictures.ts';
import { folderDownload, isFolderUrl } from '../fetch/folder-download.ts';
import { maskUrl } from '../../platform/mask-url.ts';
import { pageRequest, type FeedLogin } from '../fetch/page-request.ts';
import { pictureFolder } from '../fetch/picture-folder.ts';
import { keepFirst, newTransfer } from '../fetch/sent-once.ts';
import { formatNamed } from '../formats/all-formats.ts';
import type { FeedFormat, FeedMapping, FeedMode } from '../formats/feed-format.ts';
import { insertStraight } from '../store/first-import.ts';
import { SeenIds } from '../store/seen-ids.ts';
import { unchangedItems, type UnchangedItems } from '../store/unchanged-items.ts';
import type { SplitEnd } from '../xml/split-items.ts';
import { FeedProgress } from './feed-progress.ts';
import type { FeedRun } from './feed-run.ts';
import { ItemIntake, type ItemSink } from './item-intake.ts';
import { isNoFeed } from './choose-format.ts';
import { openFeed, type OpenFeed } from './open-feed.ts';
import { trustedValidators } from './reading-version.ts';
import { Spool } from './spool.ts';
import { modeOf, startReading, type Reading } from './start-reading.ts';

const maxPages = 1000;

export interface ReadOptions {
  /** Stored listings equal the server's last answer: it may say "not modified". */
  readonly trustsValidators: boolean;
  /** A first import has nothing to compare with: insert while reading. */
  readonly streamsFirst: boolean;
}

export interface FeedContent extends Reading {
  readonly intake: ItemIntake;
  readonly spool: Spool;
  readonly presentBefore: number;
  readonly wasStreamed: boolean;
  readonly gap: string | undefined;
  readonly ended: { readonly error: unknown } | undefined;
  readonly isMismatched: boolean;
  /** Delta: offset of the last item equal to its stored listing, by id. */
  readonly appliedLast: SeenIds;
  readonly kept: readonly WaitingTransfer[];
  readonly only: FeedBody | undefined;
}

interface Started {
  readonly reading: Reading;
  readonly intake: ItemIntake;
  readonly sink: ItemSink;
  readonly unchanged: UnchangedItems;
  readonly wasStreamed: boolean;
}

export class FeedReading implements AsyncDisposable {
  readonly #run: FeedRun;
  readonly #options: ReadOptions;
  readonly #spool = new Spool();
  readonly #appliedLast = new SeenIds();
  readonly #kept: WaitingTransfer[] = [];
  readonly #enclosed: EnclosedPictures;
  #started: Started | undefined;
  readonly #keptFormat: FeedFormat | undefined;
  #doubts: { gap?: string; isMismatched: boolean } = { isMismatched: false };
  #pages = 0;

  constructor(run: FeedRun, options: ReadOptions, keptFormat?: FeedFormat) {
    this.#run = run;
    this.#options = options;
    this.#keptFormat = keptFormat;
    this.#enclosed = enclosedOf(run);
  }

  get format(): FeedFormat | undefined {
    return this.#started?.reading.format ?? givenFormat(this.#run.feed) ?? this.#before;
  }

  /** @returns `undefined`: not modified @throws what failed before anything was read */
  async read(): Promise<FeedContent | undefined> {
    let first: FeedBody | undefined;
    try {
      const visited = new Set<string>();
      for (let url: string | undefined = this.#run.feed.url; url !== undefined;) {
        assertNew(url, visited);
        const page: Page | undefined = await this.#fetch(url, visited.size === 1);
        if (!page) return undefined;
        first ??= page.body;
        url = page.next;
      }
      return await this.#content(first, undefined);
    } catch (error) {
      if (!this.#started) throw error;
      await this.#started.intake.flush();
      return this.#content(first, { error });
    }
  }

  /**
   * Reads what an earlier run kept.
   *
   * @returns with `ended` if it was already cut then
   */
  async readKept(transfer: WaitingTransfer): Promise<FeedContent> {
    const body: FeedBody = {
      kind: 'body',
      bytes: readPieces(transfer),
      charset: transfer.charset,
      url: transfer.url,
      etag: undefined,
      lastModified: undefined,
      nextUrl: undefined,
      progress: { received: 0, total: undefined },
    };
    try {
      await this.#readDocument(body, transfer);
      return await this.#content(undefined, undefined);
    } catch (error) {
      if (!this.#started || !(error instanceof EstioError) || error.code !== 'truncated') throw error;
      return this.#content(undefined, { error });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#started?.sink.end().catch(() => undefined);
    await this.#spool[Symbol.asyncDispose]();
  }

  async #content(first: FeedBody | undefined, ended: FeedContent['ended']): Promise<FeedContent> {
    const { reading, intake, unchanged, wasStreamed } = this.#started as Started;
    if (this.#enclosed.kept > 0) this.#run.report.count('picturesKept', this.#enclosed.kept);
    if (this.#enclosed.lost > 0) this.#run.report.count('picturesLost', this.#enclosed.lost);
    await intake.refused.settle(this.#run.feed._id);
    return {
      ...reading,
      intake,
      spool: this.#spool,
      presentBefore: await unchanged.presentBefore,
      wasStreamed,
      gap: this.#doubts.gap,
      isMismatched: this.#doubts.isMismatched,
      appliedLast: this.#appliedLast,
      kept: this.#kept,
      ended,
      only: this.#pages === 1 ? first : undefined,
    };
  }

  async #fetch(url: string, isFirst: boolean): Promise<Page | undefined> {
    const { feed, location, context, turn, since } = this.#run;
    const options = {
      maxBytes: context.config.feedMaxMb * 1024 * 1024,
      timeoutMs: turn.timeoutMs,
      since,
      idleTimeoutMs: context.config.feedIdleTimeout,
      allowPrivate: context.config.feedAllowPrivate,
      chromiumPath: context.config.chromiumPath,
      chromiumNoSandbox: context.config.chromiumNoSandbox,
      signal: context.signal,
      enclosed: this.#enclosed,
      now: () => context.clock.now(),
    };
    const mayBeSame = isFirst && this.#options.trustsValidators;
    const validators = mayBeSame ? trustedValidators(feed, location, this.#mapping, context.config.feedImagesUrl) : {};
    const request = { ...pageRequest(feed.url, url, loginOf(this.#run)), ...validators };
    const take = async (answer: Download) =>
      answer.kind === 'not-modified' ? undefined : { body: answer, next: await this.#readDocument(answer) };
    if (isFolderUrl(url)) return folderDownload(request, { ...options, ...this.#folderOptions() }, take);
    return (feed.fetch === 'browser' ? browserDownload : download)(request, options, take);
  }

  #folderOptions() {
    const { feed, context } = this.#run;
    const isDelta = async (body: FeedBody): Promise<boolean> => {
      const format = givenFormat(feed);
      const options = { charset: body.charset, encoding: feed.encoding, before: this.#before, mapping: this.#mapping };
      const bytes = body.bytes[Symbol.asyncIterator]();
      try {
        const open = await openFeed({ [Symbol.asyncIterator]: () => bytes }, { ...options, format });
        return modeOf(open, this.#run) === 'delta';
      } finally {
        await bytes.return?.();
      }
    };
    const { mode, processedFiles: processed = [], hostKey } = feed;
    return {
      folders: context.config.feedFolders,
      processed,
      hostKey,
      isDelta: mode ? () => Promise.resolve(mode === 'delta') : isDelta,
    };
  }

  /** @returns the next document's address */
  async #readDocument(body: FeedBody, waiting?: WaitingTransfer): Promise<string | undefined> {
    const { feed, context, report } = this.#run;
    let kept = waiting;
    const progress = new FeedProgress(context, feed.name ?? maskUrl(feed.url), body.progress, report);
    const ahead = this.#started || waiting ? undefined : this.#askAhead();
    const open = await openFeed(body.bytes, {
      charset: body.charset,
      encoding: feed.encoding,
      format: this.#started?.reading.format ?? givenFormat(feed),
      before: this.#before,
      mapping: this.#mapping,
      keep: waiting
        ? undefined
        : (bytes, charset) => {
            kept = newTransfer(feed, body.url, charset);
            return keepFirst(bytes, kept, () => context.clock.now());
          },
    });
    this.#pages += 1;
    this.#started ??= await this.#start(open, body, ahead, waiting !== undefined);
    const { intake } = this.#started;
    for await (const some of open.items) {
      context.signal.throwIfAborted();
      await intake.take(some);
      progress.tick();
    }
    context.signal.throwIfAborted();
    await intake.flush();
    const end = open.end();
    intake.nextPage(end.bytes);
    if (kept) this.#kept.push(kept);
    progress.end();
    return this.#endOfPage(open, body, end);
  }

  #askAhead(): UnchangedItems | undefined {
    const { feed } = this.#run;
    const mode = feed.mode ?? (this.format && usualMode(this.format));
    return mode === 'snapshot' ? unchangedItems(feed._id, mode, feed.itemCount) : undefined;
  }

  async #start(open: OpenFeed, body: FeedBody, ahead: UnchangedItems | undefined, isKept: boolean): Promise<Started> {
    const { feed, report, startedAt } = this.#run;
    const reading = startReading(open, this.#run, { baseUrl: body.url, isKept, enclosed: this.#enclosed });
    const { mode, reader } = reading;
    const unchanged = (mode === 'snapshot' ? ahead : undefined) ?? unchangedItems(feed._id, mode, feed.itemCount);
    const wasStreamed =
      mode === 'snapshot' && this.#options.streamsFirst && !feed.itemCount && !(await hasListings(feed._id));
    // The sink writes while reading: load stored listings first.
    if (wasStreamed) await unchanged.presentBefore;
    let intake: ItemIntake | undefined;
    const sink = wasStreamed
      ? insertStraight(this.#spool, this.#run.writer, { add: (id, at) => intake?.seen.add(id, at) }, report)
      : this.#spooling(mode);
    intake = new ItemIntake({ reader, unchanged, report, now: startedAt, expected: feed.itemCount }, sink);
    return { reading, intake, sink, unchanged, wasStreamed };
  }

  #spooling(mode: FeedMode): ItemSink {
    return {
      take: (candidates) => this.#spool.add(candidates),
      ...(mode === 'delta' ? { noteUnchanged: (key, offset) => this.#appliedLast.moveKey(key, offset) } : {}),
      end: () => Promise.resolve(),
    };
  }

  #endOfPage(open: OpenFeed, body: FeedBody, end: SplitEnd): string | undefined {
    if (!end.complete) throw truncated(end);
    if (end.mismatched) this.#doubts.isMismatched = true;
    if (end.items === 0 && isNoFeed(end.root))
      throw new EstioError(`Expected a feed, got a document <${end.root}> without listings`, { code: 'not-a-feed' });
    const { format, reader } = (this.#started as Started).reading;
    const pages = format.pages?.(reader.context(open.surroundings()));
    const named = pages?.next !== undefined && URL.canParse(pages.next, body.url);
    const next = body.nextUrl ?? (named ? new URL(pages.next as string, body.url).href : undefined);
    if (next === undefined && pages && pages.current < pages.last)
      this.#doubts.gap = `The feed is page ${pages.current} of ${pages.last} and does not say where the next one is`;
    return next;
  }

  get #before(): FeedFormat | undefined {
    const name = this.#keptFormat?.name ?? this.#run.feed.detectedFormat;
    return name && name !== 'GENERIC' ? formatNamed(name) : undefined;
  }

  get #mapping(): FeedMapping | undefined {
    if (this.#started) return this.#started.reading.mapping;
    return mappingOf(this.#run.feed);
  }
}

interface Page {
  readonly body: FeedBody;
  readonly next: string | undefined;
}

/** An AUTO feed's mapping counts once a person approved it or an earlier version imported with it. */
export function mappingOf({
  format,
  mapping,
  mappingApprovedAt,
  lastSuccessAt,
}: PropertyFeedDoc): FeedMapping | undefined {
  const counts = format === 'GENERIC' || (format === 'AUTO' && Boolean(mappingApprovedAt ?? lastSuccessAt));
  return counts ? (mapping as FeedMapping | undefined) : undefined;
}

export function usualMode(format: FeedFormat): 'snapshot' | 'delta' {
  return format.mode({ languages: [], timeZone: 'UTC', surroundings: [] });
}

function givenFormat(feed: PropertyFeedDoc): FeedFormat | undefined {
  return feed.format === 'AUTO' ? undefined : formatNamed(feed.format);
}

function enclosedOf({ feed, context }: FeedRun): EnclosedPictures {
  const { dataDir, feedImagesUrl: url } = context.config;
  const isDry = context.parameters.dryRun;
  const store =
    url && pictureFolder({ dataDir, feedId: feed._id.toHexString(), url, isDry, now: () => context.clock.now() });
  return new EnclosedPictures(store || undefined, feed.imageBaseUrl);
}

function loginOf({ feed, context }: FeedRun): FeedLogin {
  if (feed.auth === undefined) return {};
  return openCredentials<FeedLogin>(feed.auth, feed._id.toHexString(), context.config);
}

function assertNew(url: string, visited: Set<string>): void {
  if (visited.has(url) || visited.size >= maxPages)
    throw new EstioError("The feed's pages lead back to one that was already read, or there are too many", {
      code: 'page-loop',
    });
  visited.add(url);
}

function truncated({ reason, items }: SplitEnd): EstioError {
  const why = reason === 'content-after-root' ? 'something follows its last element' : 'its last element is not closed';
  return new EstioError(`The feed is incomplete (${why}): ${items} items were read`, {
    code: 'truncated',
    retryable: true,
  });
}
