/**
 * One feed, from its address to the database. The order makes a kill harmless at any point: listings are written as
 * they are read and writing them again changes nothing; what is absent is settled last and only after a complete run;
 * the validators of the download are kept only when all of it succeeded.
 */

import type { LocationDoc } from '../models/location.ts';
import {
  dropTransfer,
  findWaitingTransfers,
  readPieces,
  setTransferAside,
  type WaitingTransfer,
} from '../models/feed-transfer.ts';
import { saveFeed, type FeedValues, type PropertyFeedDoc, type RemovalGuard } from '../models/property-feed.ts';
import type { RunContext } from '../runs/run-context.ts';
import { openCredentials } from '../platform/crypto.ts';
import { EstioError, coerceError } from '../platform/errors.ts';
import { settleAbsent, type AbsenceOutcome } from './absent-listings.ts';
import { askAhead, beginReading, type Reading } from './begin-reading.ts';
import { browserDownload } from './fetch/browser-download.ts';
import { download, type Download, type DownloadRequest, type FeedBody } from './fetch/download.ts';
import type { FeedFormat, FeedMapping, FeedPages } from './formats/feed-format.ts';
import { FeedReport } from './feed-report.ts';
import { whatStopped, type FeedTurn } from './fetch/feed-turn.ts';
import { failureValues } from './failure-messages.ts';
import { showUrl } from './fetch/feed-address.ts';
import { formatNamed } from './formats/all-formats.ts';
import type { FeedImport } from './import-items.ts';
import {
  confirmIgnored,
  keepsFormerFormat,
  successValues,
  whyAbsenceIsUnknown,
  whyAbsenceProvesNothing,
  type FeedSeen,
} from './judge-absence.ts';
import { isUnreadable, keepFirst, newTransfer } from './fetch/sent-once.ts';
import { lastingHold } from './lasting-hold.ts';
import { takeListingsAlong } from './store/moved-listings.ts';
import { FeedProgress } from './read/feed-progress.ts';
import { isNoFeed, openFeed, type OpenFeed } from './read/open-feed.ts';
import { pageRequest, type FeedLogin } from './fetch/page-request.ts';
import type { SplitEnd } from './xml/split-items.ts';
import { newValidators, noValidators, readingVersion, trustedValidators } from './read/reading-version.ts';
import type { UnchangedItems } from './store/load-stored.ts';
import { askForLocked, giveBackUnlocked } from './store/unlocked-fields.ts';

const maxPages = 1000;

/**
 * Syncs one feed.
 *
 * @returns `stopped` when its turn was over before it was read to its end
 * @throws {EstioError} with the class of what happened as its code; the feed's record says it in words for staff
 */
export async function syncFeed(
  feed: PropertyFeedDoc,
  location: LocationDoc,
  context: RunContext,
  turn: FeedTurn,
): Promise<'stopped' | void> {
  const report = new FeedReport();
  const startedAt = context.clock.now();
  const sync = new FeedSync(feed, location, context, report, startedAt, turn);
  try {
    const saved = await sync.run();
    await context.assertHeld();
    tell(context, feed, report);
    if (!context.parameters.dryRun)
      await saveFeed(feed._id, { ...saved, lastSyncAt: startedAt, lastReport: report.toRecord() });
  } catch (thrown) {
    const stop = whatStopped(thrown, turn, context.signal);
    const error = stop ?? coerceError(thrown);
    tell(context, feed, report);
    if (stop) context.problem(scopeOf(feed), stop);
    // A feed that is stopped has had its turn, too: were it first again, none after it would ever be reached.
    const failure = {
      ...failureValues(error, showUrl(feed.url), sync.isSentOnce),
      lastSyncAt: startedAt,
      lastReport: { ...report.toRecord(), error: error.code },
    };
    if (!context.parameters.dryRun) await saveFeed(feed._id, (await isHeld(context)) ? failure : noValidators);
    if (!stop || context.signal.aborted) throw thrown;
    context.unfinished(scopeOf(feed));
    return 'stopped';
  }
}

/** Whether the run may still say what came of it: another one may have taken its lock over and know better. */
function isHeld(context: RunContext): Promise<boolean> {
  return context.assertHeld().then(
    () => true,
    () => false,
  );
}

/** A feed's name in a run's report. */
export function scopeOf(feed: Pick<PropertyFeedDoc, '_id'>): string {
  return `feed:${feed._id.toHexString()}`;
}

/** Puts the feed's counts and problems into the run's report. */
function tell(context: RunContext, feed: PropertyFeedDoc, report: FeedReport): void {
  for (const [name, by] of Object.entries(report.counts)) context.count(name, by);
  for (const problem of report.problems.slice(0, 10)) {
    const at = problem.offset === undefined ? '' : ` (at byte ${problem.offset})`;
    context.problem(
      `${scopeOf(feed)}${problem.reference ? `:${problem.reference}` : ''}`,
      new EstioError(`${problem.message}${at}`, { code: problem.code }),
    );
  }
  context.log.info({ feedId: feed._id.toHexString(), ...report.toRecord() }, report.inWords());
}

class FeedSync {
  readonly #feed: PropertyFeedDoc;
  readonly #location: LocationDoc;
  readonly #context: RunContext;
  readonly #report: FeedReport;
  readonly #startedAt: Date;
  readonly #turn: FeedTurn;
  /** When the feed's time began (`performance.now()`). */
  readonly #since = performance.now();
  #reading: Reading | undefined;
  /** What was kept of earlier runs was in this format. */
  #keptFormat: FeedFormat | undefined;
  /** Why what was read may not be all there is. */
  #incomplete: string | undefined;
  /** Tags beside the items did not match. */
  #mismatched = false;
  #pages = 0;
  /** What is stored is what the server's last answer said. */
  #validatorsHold = true;

  constructor(
    feed: PropertyFeedDoc,
    location: LocationDoc,
    context: RunContext,
    report: FeedReport,
    startedAt: Date,
    turn: FeedTurn,
  ) {
    this.#feed = feed;
    this.#location = location;
    this.#context = context;
    this.#report = report;
    this.#startedAt = startedAt;
    this.#turn = turn;
  }

  /** The feed sends each change once, as far as is known. */
  get isSentOnce(): boolean {
    return (this.#reading?.format ?? this.#format() ?? this.#before())?.sentOnce ?? false;
  }

  /** @returns what to keep on the feed's record */
  async run(): Promise<FeedValues> {
    try {
      if (this.#feed.format === 'GENERIC' && !this.#feed.mapping) {
        throw new EstioError(
          'Expected a mapping with itemPath and fields for a feed of the format GENERIC, it has none',
          { code: 'missing-mapping' },
        );
      }
      const moved = await takeListingsAlong(this.#feed, this.#startedAt, this.#context.parameters.dryRun);
      if (moved > 0) this.#report.count('moved', moved);
      const write = { dryRun: this.#context.parameters.dryRun, assertHeld: () => this.#context.assertHeld() };
      const unlocked = await giveBackUnlocked(this.#feed._id, this.#startedAt, write);
      if (unlocked > 0) this.#report.count('unlocked', unlocked);
      if (await askForLocked(this.#feed._id, write)) this.#validatorsHold = false;
      await this.#readWaiting();
      const login = this.#login();
      const visited = new Set<string>();
      let first: FeedBody | undefined;
      for (let url: string | undefined = this.#feed.url; url !== undefined;) {
        if (visited.has(url) || visited.size >= maxPages)
          throw new EstioError('The pages of the feed lead back to one that was read already, or there are too many', {
            code: 'page-loop',
          });
        visited.add(url);
        const page: { body: FeedBody; next: string | undefined } | undefined = await this.#fetch(
          pageRequest(this.#feed.url, url, login),
          visited.size === 1,
        );
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
      const body = {
        kind: 'body',
        bytes: readPieces(transfer),
        charset: transfer.charset,
        url: transfer.url,
        etag: undefined,
        lastModified: undefined,
        nextUrl: undefined,
        progress: { received: 0, total: undefined },
      } as const;
      try {
        await this.#read(body, transfer);
      } catch (error) {
        if (error instanceof EstioError && error.code === 'truncated') {
          // Its download was cut as well, and it will not be sent again.
          this.#report.problem({ code: 'truncated', message: `What the feed sent before was cut: ${error.message}` });
          continue;
        }
        if (!isUnreadable(error)) throw error;
        this.#report.problem({
          code: error.code,
          message:
            'What the feed sent before cannot be read and is set aside (feedtransfers, ' +
            `${transfer.transferId.toHexString()}): ${error.message}`,
        });
        if (!this.#context.parameters.dryRun) await setTransferAside(transfer, this.#context.clock.now());
      } finally {
        // What comes now is newer and says other things about the same listings.
        await this.#reading?.import.close();
        this.#keptFormat = this.#reading?.format ?? this.#keptFormat;
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
  async #fetch(
    request: DownloadRequest,
    isFirst: boolean,
  ): Promise<{ body: FeedBody; next: string | undefined } | undefined> {
    const { config, signal, clock } = this.#context;
    const options = {
      maxBytes: config.feedMaxMb * 1024 * 1024,
      timeoutMs: this.#turn.timeoutMs,
      since: this.#since,
      idleTimeoutMs: config.feedIdleTimeout,
      allowPrivate: config.feedAllowPrivate,
      signal,
      now: () => clock.now(),
    };
    const fetchFeed = this.#feed.fetch === 'browser' ? browserDownload : download;
    return fetchFeed(
      {
        ...request,
        ...(isFirst && this.#validatorsHold && !this.#context.parameters.confirmRemovals
          ? trustedValidators(this.#feed, this.#version())
          : {}),
      },
      options,
      async (answer: Download) => {
        if (answer.kind === 'not-modified') return undefined;
        return { body: answer, next: await this.#read(answer) };
      },
    );
  }

  /** Reads the items of a page and says where the next one is. */
  async #read(body: FeedBody, waiting?: WaitingTransfer): Promise<string | undefined> {
    let kept = waiting;
    const progress = new FeedProgress(
      this.#context,
      this.#feed.name ?? showUrl(this.#feed.url),
      body.progress,
      this.#report,
    );
    const ahead = this.#reading || waiting ? undefined : askAhead(this.#feed, this.#format() ?? this.#before());
    const open = await openFeed(body.bytes, {
      charset: body.charset,
      encoding: this.#feed.encoding,
      format: this.#format(),
      before: this.#before(),
      mapping: this.#mapping(),
      keep: waiting
        ? undefined
        : (bytes, charset) => {
            kept = newTransfer(this.#feed, body.url, charset);
            return keepFirst(bytes, kept, () => this.#context.clock.now());
          },
    });
    this.#pages += 1;
    this.#reading ??= this.#begin(open, body, ahead, waiting !== undefined);
    const { import: items } = this.#reading;
    for await (const some of open.items) {
      this.#context.signal.throwIfAborted();
      await items.take(some);
      progress.tick();
    }
    this.#context.signal.throwIfAborted();
    await items.flush();
    const end = open.end();
    items.nextPage(end.bytes);
    if (kept && !this.#context.parameters.dryRun) await dropTransfer(kept);
    progress.end();
    return this.#endOfPage(open, body, end);
  }

  #begin(open: OpenFeed, body: FeedBody, ahead: UnchangedItems | undefined, isKept: boolean): Reading {
    return beginReading(open, {
      feed: this.#feed,
      location: this.#location,
      context: this.#context,
      report: this.#report,
      startedAt: this.#startedAt,
      readingVersion: readingVersion(this.#feed, this.#location, open.mapping),
      baseUrl: body.url,
      beforeWrite: () => this.#beforeWrite(),
      ahead,
      isKept,
    });
  }

  /**
   * Right before each write of listings: a process that was suspended for so long that another one took its lock over
   * must not write what is old by now over what that one has read. The database knows nothing of locks: one that is
   * suspended between this answer and its write still does that one write. It notices afterwards and takes the
   * validators away, which mends it with the next run, unless the other run ends only then and keeps its own.
   */
  async #beforeWrite(): Promise<void> {
    await this.#context.assertHeld();
    if (!this.#validatorsHold) return;
    this.#validatorsHold = false;
    if (this.#feed.etag || this.#feed.lastModified) await saveFeed(this.#feed._id, noValidators);
  }

  #endOfPage(open: OpenFeed, body: FeedBody, end: SplitEnd): string | undefined {
    if (!end.complete) {
      const seen =
        end.reason === 'content-after-root' ? 'something follows its last element' : 'its last element is not closed';
      throw new EstioError(`The feed ends before its end (${seen}): ${end.items} items were read`, {
        code: 'truncated',
        retryable: true,
      });
    }
    if (end.mismatched) this.#mismatched = true;
    if (end.items === 0 && isNoFeed(end.root))
      throw new EstioError(`Expected a feed, came a document <${end.root}> without listings`, { code: 'not-a-feed' });
    const { format, reader } = this.#reading as Reading;
    const pages: FeedPages | undefined = format.pages?.(reader.context(open.surroundings()));
    const next =
      body.nextUrl ??
      (pages?.next !== undefined && URL.canParse(pages.next, body.url)
        ? new URL(pages.next, body.url).href
        : undefined);
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
    const feedSeen: FeedSeen = {
      format: format.name,
      mode,
      incomplete: this.#incomplete,
      mismatched: this.#mismatched,
      items,
    };
    const unknown = whyAbsenceIsUnknown(feedSeen);
    const doubt = whyAbsenceProvesNothing(this.#feed, feedSeen);
    const unsure = unknown ?? doubt;
    if (unsure !== undefined)
      this.#report.problem({
        code: 'removals-skipped',
        message:
          `${unsure}: nothing is marked or withdrawn in this ` +
          `run${unknown === undefined ? ' but what a person has confirmed' : ''}`,
      });
    const settled: AbsenceOutcome | undefined =
      mode === 'snapshot' && unknown === undefined
        ? await settleAbsent({
            feedId: this.#feed._id,
            isThere: (id) => items.isThere(id),
            matched: items.matched,
            present: items.present,
            exact: !items.uncertain && !this.#context.parameters.dryRun,
            idsReplaced: items.idsReplaced,
            unrecognised: items.unrecognised,
            contents,
            doubt,
            guard: this.#feed.removalGuard ?? undefined,
            report: this.#report,
            now: this.#startedAt,
            lastCompleteAt: this.#feed.lastCompleteAt,
            confirmed: this.#context.parameters.confirmRemovals,
            dryRun: this.#context.parameters.dryRun,
            signal: this.#context.signal,
            assertHeld: () => this.#beforeWrite(),
          })
        : undefined;
    const held = settled ? settled.held : await this.#lastingHold(items);
    if (mode === 'delta' && this.#context.parameters.confirmRemovals) this.#report.problem(confirmIgnored(held));
    if (contents !== undefined && !this.#report.counts.items && !settled?.held)
      this.#report.problem({ code: 'no-listings', message: `The feed has no listings: ${contents}` });
    // The next run would find nothing to do in the same answer.
    const nothingLeft = !settled?.pending && unsure === undefined;
    return {
      ...successValues(held, this.#startedAt),
      ...(keepsFormerFormat(this.#feed, feedSeen, settled !== undefined && !settled.held)
        ? {}
        : { detectedFormat: format.name as NonNullable<PropertyFeedDoc['detectedFormat']> }),
      ...(this.#feed.format === 'AUTO' ? { mapping: mapping ? { ...mapping } : null } : {}),
      itemCount: this.#report.counts.items ?? 0,
      ...(complete
        ? { migratingSince: settled?.held && items.idsReplaced ? (this.#feed.migratingSince ?? this.#startedAt) : null }
        : {}),
      olderSince: items.replayed ? this.#startedAt : null,
      ...(unsure === undefined ? { lastCompleteAt: this.#startedAt } : {}),
      ...newValidators(this.#feed, this.#version(), nothingLeft && this.#pages === 1 ? first : undefined),
    };
  }

  /** What an old file has is not there for that. */
  #lastingHold(items: FeedImport): Promise<RemovalGuard | undefined> {
    return lastingHold({
      feed: this.#feed,
      isThere: (id) => !items.replayed && items.isThere(id),
      dryRun: this.#context.parameters.dryRun,
      signal: this.#context.signal,
      assertHeld: () => this.#beforeWrite(),
    });
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

  /** What the feed was found to be the last time, unless that was no format that is known. */
  #before(): FeedFormat | undefined {
    const name = this.#keptFormat?.name ?? this.#feed.detectedFormat;
    return name && name !== 'GENERIC' ? formatNamed(name) : undefined;
  }

  /** The staff's mapping, or the one that was proposed and has been kept with the feed. */
  #mapping(): FeedMapping | undefined {
    if (this.#reading) return this.#reading.mapping;
    return this.#feed.format === 'AUTO' || this.#feed.format === 'GENERIC'
      ? (this.#feed.mapping as FeedMapping | undefined)
      : undefined;
  }

  #version(): string {
    return readingVersion(this.#feed, this.#location, this.#mapping());
  }
}
