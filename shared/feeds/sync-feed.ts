/**
 * One feed, from its address to the database. The order makes a kill harmless at any point: listings are written as they
 * are read and writing them again changes nothing; what is absent is settled last and only after a complete run; the
 * validators of the download are kept only when all of it succeeded.
 */

import { hash } from 'node:crypto';
import { countPresent } from '../models/feed-listings.ts';
import type { LocationDoc } from '../models/location.ts';
import { dropTransfer, findWaitingTransfers, readPieces, type WaitingTransfer } from '../models/feed-transfer.ts';
import { saveFeed, type FeedValues, type PropertyFeedDoc, type RemovalGuard } from '../models/property-feed.ts';
import type { RunContext } from '../runs/run-context.ts';
import { openCredentials } from '../platform/crypto.ts';
import { EstioError, coerceError } from '../platform/errors.ts';
import { settleAbsent, type AbsenceOutcome } from './absent-listings.ts';
import { browserDownload } from './browser-download.ts';
import { download, type Download, type DownloadRequest, type FeedBody } from './download.ts';
import type { FeedContext, FeedFormat, FeedMapping, FeedMode, FeedPages } from './feed-format.ts';
import { FeedReport } from './feed-report.ts';
import { describeFailure } from './feed-words.ts';
import { showUrl } from './feed-url.ts';
import { formatNamed, namedFormats } from './formats/all-formats.ts';
import { FeedImport, type PendingBatch } from './import-items.ts';
import { keepFirst, newTransfer } from './kept-transfer.ts';
import { FeedProgress } from './feed-progress.ts';
import { CandidateReader } from './read-candidates.ts';
import { isNoFeed, openFeed, type OpenFeed } from './read-items.ts';
import { giveBackUnlocked } from './unlocked-fields.ts';

/** Raised when listings are written differently from the same items: all are then read anew. */
const importVersion = 2;

const mostPages = 1000;

/** What a run has learned about a feed. */
interface Reading {
  readonly format: FeedFormat;
  readonly mode: FeedMode;
  readonly import: FeedImport;
  readonly reader: CandidateReader;
}

/**
 * Syncs one feed.
 *
 * @throws {EstioError} with the class of what happened as its code; the feed's record says it in words for staff
 */
export async function syncFeed(feed: PropertyFeedDoc, location: LocationDoc, context: RunContext): Promise<void> {
  const report = new FeedReport();
  const startedAt = context.clock.now();
  try {
    const sync = new FeedSync(feed, location, context, report, startedAt);
    const saved = await sync.run();
    tell(context, feed, report);
    if (!context.parameters.dryRun) await saveFeed(feed._id, { ...saved, lastSyncAt: startedAt, lastReport: report.toRecord() });
  } catch (thrown) {
    tell(context, feed, report);
    if (!context.signal.aborted && !context.parameters.dryRun) {
      const error = coerceError(thrown);
      await saveFeed(feed._id, {
        lastSyncAt: startedAt,
        lastStatus: error.code === 'format-changed' ? 'held' : 'failed',
        lastError: describeFailure(error, showUrl(feed.url)),
        lastReport: { ...report.toRecord(), error: error.code },
      });
    }
    throw thrown;
  }
}

/** Puts the feed's counts and problems into the run's report. */
function tell(context: RunContext, feed: PropertyFeedDoc, report: FeedReport): void {
  for (const [name, by] of Object.entries(report.counts)) context.count(name, by);
  for (const problem of report.problems.slice(0, 10)) {
    const at = problem.offset === undefined ? '' : ` (at byte ${problem.offset})`;
    context.problem(`feed:${feed._id.toHexString()}${problem.reference ? `:${problem.reference}` : ''}`, new EstioError(`${problem.message}${at}`, { code: problem.code }));
  }
  context.log.info({ feedId: feed._id.toHexString(), ...report.toRecord() }, report.inWords());
}

class FeedSync {
  readonly #feed: PropertyFeedDoc;
  readonly #location: LocationDoc;
  readonly #context: RunContext;
  readonly #report: FeedReport;
  readonly #startedAt: Date;
  #reading: Reading | undefined;
  /** The mapping that was proposed for a feed in no known format: kept with the feed from now on. */
  #proposed: FeedMapping | undefined;
  /** Why what was read may not be all there is. */
  #incomplete: string | undefined;
  /** Tags beside the items did not match. */
  #mismatched = false;
  #pages = 0;

  constructor(feed: PropertyFeedDoc, location: LocationDoc, context: RunContext, report: FeedReport, startedAt: Date) {
    this.#feed = feed;
    this.#location = location;
    this.#context = context;
    this.#report = report;
    this.#startedAt = startedAt;
  }

  /** @returns what to keep on the feed's record */
  async run(): Promise<FeedValues> {
    try {
      if (this.#feed.format === 'GENERIC' && !this.#feed.mapping) {
        throw new EstioError('Expected a mapping with itemPath and fields for a feed of the format GENERIC, it has none', { code: 'missing-mapping' });
      }
      const unlocked = await giveBackUnlocked(this.#feed._id, this.#startedAt, this.#context.parameters.dryRun);
      if (unlocked > 0) this.#report.count('unlocked', unlocked);
      await this.#readWaiting();
      const visited = new Set<string>();
      let first: FeedBody | undefined;
      for (let url: string | undefined = this.#feed.url; url !== undefined;) {
        if (visited.has(url) || visited.size >= mostPages) throw new EstioError('The pages of the feed lead back to one that was read already, or there are too many', { code: 'page-loop' });
        visited.add(url);
        const page: { body: FeedBody; next: string | undefined } | undefined = await this.#fetch({ ...this.#request(), url }, visited.size === 1);
        if (!page) return this.#unchanged();
        first ??= page.body;
        url = page.next;
      }
      return await this.#finish(first);
    } finally {
      await this.#reading?.import.close();
    }
  }

  /** Reads what an earlier run has kept and not read to its end. */
  async #readWaiting(): Promise<void> {
    for (const transfer of await findWaitingTransfers(this.#feed._id, this.#feed.locationId)) {
      const body = { kind: 'body', bytes: readPieces(transfer), charset: transfer.charset, url: transfer.url, etag: undefined, lastModified: undefined, nextUrl: undefined, progress: { received: 0, total: undefined } } as const;
      try {
        await this.#read(body, transfer);
      } catch (error) {
        // Its download was cut as well, and it will not be sent again.
        if (!(error instanceof EstioError) || error.code !== 'truncated') throw error;
        this.#report.problem({ code: 'truncated', message: `What the feed sent before was cut: ${error.message}` });
      } finally {
        // What comes now is newer and says other things about the same listings.
        await this.#reading?.import.close();
        this.#reading = undefined;
        this.#pages = 0;
      }
    }
  }

  #request(): DownloadRequest {
    const { config } = this.#context;
    const secrets = this.#feed.auth === undefined
      ? {}
      : openCredentials<{ headers?: Record<string, string>; username?: string; password?: string }>(this.#feed.auth, this.#feed._id.toHexString(), config);
    return { url: this.#feed.url, ...secrets };
  }

  /** Reads one page; `undefined` when the server says that nothing has changed. */
  async #fetch(request: DownloadRequest, isFirst: boolean): Promise<{ body: FeedBody; next: string | undefined } | undefined> {
    const { config, signal, clock } = this.#context;
    const options = {
      maxBytes: config.feedMaxMb * 1024 * 1024,
      timeoutMs: config.feedTimeout,
      idleTimeoutMs: config.feedIdleTimeout,
      allowPrivate: config.feedAllowPrivate,
      signal,
      now: () => clock.now(),
    };
    const fetchFeed = this.#feed.fetch === 'browser' ? browserDownload : download;
    return fetchFeed({ ...request, ...(isFirst ? this.#validators() : {}) }, options, async (answer: Download) => {
      if (answer.kind === 'not-modified') return undefined;
      return { body: answer, next: await this.#read(answer) };
    });
  }

  /** The validators of the last run, unless something else has changed since how its answer is read. */
  #validators(): { etag?: string; lastModified?: string } {
    if (this.#context.parameters.confirmRemovals || this.#feed.validatorsVersion !== this.#validatorsVersion()) return {};
    return { ...(this.#feed.etag ? { etag: this.#feed.etag } : {}), ...(this.#feed.lastModified ? { lastModified: this.#feed.lastModified } : {}) };
  }

  /** Reads the items of a page and says where the next one is. */
  async #read(body: FeedBody, waiting?: WaitingTransfer): Promise<string | undefined> {
    let kept = waiting;
    const progress = new FeedProgress(this.#context, this.#feed.name ?? showUrl(this.#feed.url), body.progress, this.#report);
    const open = await openFeed(body.bytes, {
      charset: body.charset,
      encoding: this.#feed.encoding,
      format: this.#format(),
      fallback: this.#feed.detectedFormat ? formatNamed(this.#feed.detectedFormat) : undefined,
      mapping: this.#mapping(),
      keep: waiting ? undefined : (bytes, charset) => {
        kept = newTransfer(this.#feed, body.url, charset);
        return keepFirst(bytes, kept, () => this.#context.clock.now());
      },
    });
    this.#pages += 1;
    this.#reading ??= await this.#beginImport(open, body);
    const { import: items } = this.#reading;
    let pending: PendingBatch | undefined;
    for await (const batch of open.batches) {
      this.#context.signal.throwIfAborted();
      const begun = items.begin(batch);
      if (pending) await items.finish(pending);
      pending = begun;
      progress.tick();
    }
    this.#context.signal.throwIfAborted();
    if (pending) await items.finish(pending);
    await items.flush();
    if (kept && !this.#context.parameters.dryRun) await dropTransfer(kept);
    progress.end();
    return this.#endOfPage(open, body);
  }

  async #beginImport(open: OpenFeed, body: FeedBody): Promise<Reading> {
    const { format } = open;
    this.#proposed = open.detection?.mapping;
    const context: Omit<FeedContext, 'surroundings'> = {
      ...(this.#feed.defaultCurrency ? { defaultCurrency: this.#feed.defaultCurrency } : {}),
      ...(this.#feed.country ? { country: this.#feed.country } : {}),
      languages: [(this.#location.language ?? 'en').slice(0, 2).toLowerCase()],
      baseUrl: body.url,
      timeZone: this.#location.timeZone,
      ...(open.mapping ? { mapping: open.mapping } : {}),
    };
    // The mode may stand in the header, which the first batch has around it; nothing is read before that is known.
    const header = new CandidateReader({ format, encoding: open.encoding, mode: 'snapshot', context, readingVersion: '', ignoredUrlKeys: [], repairEncoding: false }, this.#report);
    const mode = this.#feed.mode ?? format.mode(header.context(open.header));
    const reader = new CandidateReader(
      {
        format,
        encoding: open.encoding,
        mode,
        context,
        readingVersion: `${this.#readingVersion()}${format.name}${format.version}${open.encoding.encoding}`,
        ignoredUrlKeys: this.#feed.ignoredUrlKeys ?? [],
        repairEncoding: this.#feed.repairEncoding ?? false,
      },
      this.#report,
    );
    if (open.encoding.unknown) this.#report.problem({ code: 'unknown-encoding', message: `The feed names an encoding that nobody knows (${open.encoding.unknown.slice(0, 40)}): it is read as UTF-8 or windows-1252` });
    if (open.encoding.source === 'guess') this.#report.problem({ code: 'wrong-encoding', message: `The feed is not in the encoding it names, or names none: it is read as ${open.encoding.encoding}, which is a guess; set encoding on the feed` });
    this.#context.log.info({ feedId: this.#feed._id.toHexString(), format: format.name, detected: open.detection?.reason, mode, encoding: open.encoding.encoding }, 'reading feed');
    return {
      format,
      mode,
      reader,
      import: new FeedImport({
        feed: this.#feed,
        mode,
        reader,
        report: this.#report,
        now: this.#startedAt,
        dryRun: this.#context.parameters.dryRun,
        presentBefore: await countPresent(this.#feed._id),
        olderBefore: Boolean(this.#feed.olderSince),
        migrating: Boolean(this.#feed.migratingSince),
        onMigration: () => saveFeed(this.#feed._id, { migratingSince: this.#startedAt }),
      }),
    };
  }

  #endOfPage(open: OpenFeed, body: FeedBody): string | undefined {
    const end = open.end();
    if (!end.complete) {
      throw new EstioError(`The feed ends before its end (${end.reason === 'content-after-root' ? 'something follows its last element' : 'its last element is not closed'}): ${end.items} items were read`, {
        code: 'truncated',
        retryable: true,
      });
    }
    if (end.mismatched) this.#mismatched = true;
    if (end.items === 0 && isNoFeed(end.root)) throw new EstioError(`Expected a feed, came a document <${end.root}> without listings`, { code: 'not-a-feed' });
    const { format, reader } = this.#reading as Reading;
    const pages: FeedPages | undefined = format.pages?.(reader.context(open.surroundings()));
    const next = body.nextUrl ?? (pages?.next !== undefined && URL.canParse(pages.next, body.url) ? new URL(pages.next, body.url).href : undefined);
    if (next === undefined && pages && pages.current < pages.last) {
      this.#incomplete = `The feed is page ${pages.current} of ${pages.last} and does not say where the next one is`;
    }
    return next;
  }

  /** Settles what waited, then what is absent, and says what to keep. */
  async #finish(first: FeedBody | undefined): Promise<FeedValues> {
    const { format, mode, import: items } = this.#reading as Reading;
    const complete = this.#incomplete === undefined;
    await items.settle(complete && mode === 'snapshot');
    this.#context.signal.throwIfAborted();
    const unsure = this.#whyAbsenceProvesNothing(mode, items);
    if (unsure !== undefined) this.#report.problem({ code: 'removals-skipped', message: `${unsure}: nothing is marked or withdrawn in this run` });
    const settled: AbsenceOutcome | undefined = mode === 'snapshot' && unsure === undefined
      ? await settleAbsent({
        feedId: this.#feed._id,
        seen: items.seen,
        matched: items.matched,
        exact: !items.uncertain && !this.#context.parameters.dryRun,
        idsReplaced: items.idsReplaced,
        guard: this.#feed.removalGuard ?? undefined,
        report: this.#report,
        now: this.#startedAt,
        lastCompleteAt: this.#feed.lastCompleteAt,
        confirmed: this.#context.parameters.confirmRemovals,
        dryRun: this.#context.parameters.dryRun,
        signal: this.#context.signal,
        assertHeld: () => this.#context.assertHeld(),
      })
      : undefined;
    await this.#context.assertHeld();
    return {
      ...this.#state(settled ? settled.held : this.#lastingHold()),
      detectedFormat: format.name as NonNullable<PropertyFeedDoc['detectedFormat']>,
      ...(this.#proposed ? { mapping: { ...this.#proposed } } : {}),
      itemCount: this.#report.counts.items ?? 0,
      ...(complete ? { migratingSince: null } : {}),
      olderSince: items.replayed ? this.#startedAt : null,
      ...(unsure === undefined ? { lastCompleteAt: this.#startedAt } : {}),
      ...this.#newValidators(first, !settled?.pending && unsure === undefined),
    };
  }

  #whyAbsenceProvesNothing(mode: FeedMode, items: FeedImport): string | undefined {
    if (this.#incomplete !== undefined) return this.#incomplete;
    if (mode === 'delta') return undefined;
    if (this.#mismatched) return 'Tags beside the listings do not match, so that listings may stand where none are looked for';
    if (items.replayed) return 'The feed is an old one that was sent again: its dates are before those of what is stored';
    if (items.anonymousRefusals > 0) return `${items.anonymousRefusals} items cannot be read and do not tell whose they are, or may hold others`;
    if (items.idsAreGuessed && this.#feed.mode !== 'snapshot') return 'Listings have no ids and are known by what they say (set the mode of the feed to snapshot to withdraw them all the same)';
    return undefined;
  }

  /** A run that cannot judge absence leaves a hold as it is; a feed that was made a delta has none. */
  #lastingHold(): RemovalGuard | undefined {
    return this.#feed.mode === 'delta' ? undefined : (this.#feed.removalGuard ?? undefined);
  }

  #state(held: RemovalGuard | undefined): FeedValues {
    if (held) return { lastStatus: 'held', lastError: `${held.reason}: ${held.count} of ${held.total} listings wait for confirmation`, removalGuard: held, lastSuccessAt: this.#startedAt };
    return { lastStatus: 'ok', lastError: null, removalGuard: null, lastSuccessAt: this.#startedAt };
  }

  /** Kept only when the next run would find nothing to do in the same answer. */
  #newValidators(first: FeedBody | undefined, settled: boolean): FeedValues {
    const keep = settled && this.#pages === 1;
    return {
      etag: (keep ? first?.etag : undefined) ?? null,
      lastModified: (keep ? first?.lastModified : undefined) ?? null,
      validatorsVersion: this.#validatorsVersion(),
    };
  }

  #unchanged(): FeedValues {
    this.#context.count('notModified');
    return { lastStatus: 'unchanged', lastError: null, lastSuccessAt: this.#startedAt };
  }

  /** The feed's format; AUTO with a mapping is a feed for which one was proposed before. */
  #format(): FeedFormat | undefined {
    if (this.#reading) return this.#reading.format;
    if (this.#feed.format !== 'AUTO') return formatNamed(this.#feed.format);
    return this.#feed.mapping ? formatNamed('GENERIC') : undefined;
  }

  #mapping(): FeedMapping | undefined {
    return (this.#feed.mapping as FeedMapping | undefined) ?? this.#proposed;
  }

  /** What the validators belong to: the address, and how its answer is read. */
  #validatorsVersion(): string {
    return hash('sha1', `${this.#feed.url}\n${this.#readingVersion()}`, 'base64url');
  }

  /** What beside the bytes decides how an item is read: the programs, settings of the feed and its location, and where relative addresses begin. */
  #readingVersion(): string {
    const { feed, location } = { feed: this.#feed, location: this.#location };
    const format = feed.format === 'AUTO' ? namedFormats.map(({ version }) => version) : formatNamed(feed.format).version;
    const base = URL.canParse(feed.url) ? new URL('.', feed.url).href : feed.url;
    return hash('sha1', JSON.stringify([
      importVersion, base, feed.format, format, this.#mapping() ?? null, feed.mode ?? null, feed.defaultCurrency ?? null,
      feed.country ?? null, location.language ?? null, location.timeZone, feed.ignoredUrlKeys ?? [], feed.repairEncoding ?? false, feed.encoding ?? null,
    ]), 'base64url');
  }
}
