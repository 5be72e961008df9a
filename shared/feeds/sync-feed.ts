/**
 * One feed, from its address to the database. The order makes a kill harmless at any point: listings are written as they
 * are read and writing them again changes nothing; what is absent is settled last and only after a complete run; the
 * validators of the download are kept only when all of it succeeded.
 */

import type { LocationDoc } from '../models/location.ts';
import { dropTransfer, findWaitingTransfers, readPieces, type WaitingTransfer } from '../models/feed-transfer.ts';
import { saveFeed, type FeedValues, type PropertyFeedDoc } from '../models/property-feed.ts';
import type { RunContext } from '../runs/run-context.ts';
import { openCredentials } from '../platform/crypto.ts';
import { EstioError, coerceError } from '../platform/errors.ts';
import { settleAbsent, type AbsenceOutcome } from './absent-listings.ts';
import { beginReading, type Reading } from './begin-reading.ts';
import { browserDownload } from './browser-download.ts';
import { download, type Download, type DownloadRequest, type FeedBody } from './download.ts';
import type { FeedFormat, FeedMapping, FeedPages } from './feed-format.ts';
import { FeedReport } from './feed-report.ts';
import { describeFailure } from './feed-words.ts';
import { showUrl } from './feed-url.ts';
import { formatNamed } from './formats/all-formats.ts';
import type { PendingBatch } from './import-items.ts';
import { lastingHold, successValues, whyAbsenceIsUnknown, whyAbsenceProvesNothing, type FeedSeen } from './judge-absence.ts';
import { keepFirst, newTransfer } from './kept-transfer.ts';
import { takeListingsAlong } from './moved-listings.ts';
import { FeedProgress } from './feed-progress.ts';
import { isNoFeed, openFeed, type OpenFeed } from './read-items.ts';
import { pageRequest, type FeedLogin } from './page-request.ts';
import { newValidators, readingVersion, trustedValidators } from './reading-version.ts';
import { askForLocked, giveBackUnlocked } from './unlocked-fields.ts';

const mostPages = 1000;

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
  /** Why what was read may not be all there is. */
  #incomplete: string | undefined;
  /** Tags beside the items did not match. */
  #mismatched = false;
  #pages = 0;
  /** What is stored lacks something that the feed has said before. */
  #mustRead = false;

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
      const moved = await takeListingsAlong(this.#feed, this.#startedAt, this.#context.parameters.dryRun);
      if (moved > 0) this.#report.count('moved', moved);
      const unlocked = await giveBackUnlocked(this.#feed._id, this.#startedAt, this.#context.parameters.dryRun);
      if (unlocked > 0) this.#report.count('unlocked', unlocked);
      this.#mustRead = await askForLocked(this.#feed._id, this.#context.parameters.dryRun);
      await this.#readWaiting();
      const login = this.#login();
      const visited = new Set<string>();
      let first: FeedBody | undefined;
      for (let url: string | undefined = this.#feed.url; url !== undefined;) {
        if (visited.has(url) || visited.size >= mostPages) throw new EstioError('The pages of the feed lead back to one that was read already, or there are too many', { code: 'page-loop' });
        visited.add(url);
        const page: { body: FeedBody; next: string | undefined } | undefined = await this.#fetch(pageRequest(this.#feed.url, url, login), visited.size === 1);
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

  #login(): FeedLogin {
    const { auth, _id } = this.#feed;
    return auth === undefined ? {} : openCredentials<FeedLogin>(auth, _id.toHexString(), this.#context.config);
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
    return fetchFeed({ ...request, ...(isFirst && !this.#mustRead && !this.#context.parameters.confirmRemovals ? trustedValidators(this.#feed, this.#version()) : {}) }, options, async (answer: Download) => {
      if (answer.kind === 'not-modified') return undefined;
      return { body: answer, next: await this.#read(answer) };
    });
  }

  /** Reads the items of a page and says where the next one is. */
  async #read(body: FeedBody, waiting?: WaitingTransfer): Promise<string | undefined> {
    let kept = waiting;
    const progress = new FeedProgress(this.#context, this.#feed.name ?? showUrl(this.#feed.url), body.progress, this.#report);
    const open = await openFeed(body.bytes, {
      charset: body.charset,
      encoding: this.#feed.encoding,
      format: this.#format(),
      before: this.#feed.detectedFormat && this.#feed.detectedFormat !== 'GENERIC' ? formatNamed(this.#feed.detectedFormat) : undefined,
      mapping: this.#mapping(),
      keep: waiting ? undefined : (bytes, charset) => {
        kept = newTransfer(this.#feed, body.url, charset);
        return keepFirst(bytes, kept, () => this.#context.clock.now());
      },
    });
    this.#pages += 1;
    this.#reading ??= await this.#begin(open, body);
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

  async #begin(open: OpenFeed, body: FeedBody): Promise<Reading> {
    return beginReading(open, {
      feed: this.#feed,
      location: this.#location,
      context: this.#context,
      report: this.#report,
      startedAt: this.#startedAt,
      readingVersion: readingVersion(this.#feed, this.#location, open.mapping),
      baseUrl: body.url,
    });
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
    const { format, mode, mapping, contents, import: items } = this.#reading as Reading;
    const complete = this.#incomplete === undefined;
    await items.settle(complete && mode === 'snapshot');
    this.#context.signal.throwIfAborted();
    const feedSeen: FeedSeen = { format: format.name, mode, incomplete: this.#incomplete, mismatched: this.#mismatched, items };
    const unknown = whyAbsenceIsUnknown(feedSeen);
    const doubt = whyAbsenceProvesNothing(this.#feed, feedSeen);
    const unsure = unknown ?? doubt;
    if (unsure !== undefined) this.#report.problem({ code: 'removals-skipped', message: `${unsure}: nothing is marked or withdrawn in this run${unknown === undefined ? ' but what a person has confirmed' : ''}` });
    const settled: AbsenceOutcome | undefined = mode === 'snapshot' && unknown === undefined
      ? await settleAbsent({
        feedId: this.#feed._id,
        isThere: (id) => items.isThere(id),
        matched: items.matched,
        exact: !items.uncertain && !this.#context.parameters.dryRun,
        idsReplaced: items.idsReplaced,
        contents,
        doubt,
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
    if (contents !== undefined && !this.#report.counts.items && !settled?.held) this.#report.problem({ code: 'no-listings', message: `The feed has no listings: ${contents}` });
    await this.#context.assertHeld();
    // The next run would find nothing to do in the same answer.
    const nothingLeft = !settled?.pending && unsure === undefined;
    return {
      ...successValues(settled ? settled.held : lastingHold(this.#feed), this.#startedAt),
      detectedFormat: format.name as NonNullable<PropertyFeedDoc['detectedFormat']>,
      ...(this.#feed.format === 'AUTO' ? { mapping: mapping ? { ...mapping } : null } : {}),
      itemCount: this.#report.counts.items ?? 0,
      ...(complete ? { migratingSince: null } : {}),
      olderSince: items.replayed ? this.#startedAt : null,
      ...(unsure === undefined ? { lastCompleteAt: this.#startedAt } : {}),
      ...newValidators(this.#feed, this.#version(), nothingLeft && this.#pages === 1 ? first : undefined),
    };
  }

  #unchanged(): FeedValues {
    this.#context.count('notModified');
    return { lastStatus: 'unchanged', lastError: null, lastSuccessAt: this.#startedAt };
  }

  /** The feed's format; `undefined`: it is found out. */
  #format(): FeedFormat | undefined {
    if (this.#reading) return this.#reading.format;
    return this.#feed.format === 'AUTO' ? undefined : formatNamed(this.#feed.format);
  }

  /** The staff's mapping, or the one that was proposed and has been kept with the feed. */
  #mapping(): FeedMapping | undefined {
    if (this.#reading) return this.#reading.mapping;
    return this.#feed.format === 'AUTO' || this.#feed.format === 'GENERIC' ? (this.#feed.mapping as FeedMapping | undefined) : undefined;
  }

  #version(): string {
    return readingVersion(this.#feed, this.#location, this.#mapping());
  }
}
