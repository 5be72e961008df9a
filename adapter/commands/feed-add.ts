import { requireLocation, type LocationDoc } from '../../shared/models/location.ts';
import type { FeedValues } from '../../shared/models/property-feed.ts';
import type { FeedLogin } from '../../shared/feeds/fetch/page-request.ts';
import type { FeedMode } from '../../shared/feeds/formats/feed-format.ts';
import { approvedMapping, requireMode } from '../../shared/feeds/preview/approve-mapping.ts';
import { previewFeed, type FeedPreview } from '../../shared/feeds/preview/preview.ts';
import { previewLimits, previewSettings } from '../../shared/feeds/preview/preview-options.ts';
import { readFeedSettings } from '../../shared/feeds/settings/feed-settings.ts';
import { addFeed } from '../../shared/feeds/settings/keep-feed.ts';
import { nameOfFeed } from '../../shared/feeds/settings/require-feed.ts';
import { showFeed } from '../../shared/feeds/settings/show-feed.ts';
import { systemClock } from '../../shared/platform/clock.ts';
import type { Config } from '../../shared/platform/config.ts';
import type { Options } from '../arguments.ts';
import { askYesNo, isInteractive } from '../ask.ts';
import type { Command } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { givenLogin, givenSettings, readCount, readMapping } from '../feed-options.ts';
import { isWhole, printPreview } from '../print-preview.ts';
import { withDatabase } from '../with-database.ts';

interface Proposal {
  readonly location: LocationDoc;
  readonly values: FeedValues;
  readonly login: FeedLogin | null | undefined;
  readonly mapping: unknown;
  readonly preview: FeedPreview;
}

export const feedAdd: Command = ({ options }) =>
  withDatabase(async (config) => {
    const values = readFeedSettings({ ...givenSettings(options), url: options['feed-add'] });
    const mapping = options.mapping === undefined ? undefined : await readMapping(options.mapping);
    const location = await requireLocation(options.location);
    const login = await givenLogin(options);
    const preview = await look({ location, values, login, mapping }, options, config);
    const proposal = { location, values, login, mapping, preview };
    if (!options.json) printPreview(preview);
    if (!isWhole(preview))
      return refuse(proposal, options, exitCodes.partial, 'The feed could not be read completely, or has no listings');
    requireMode(values.mode as FeedMode | undefined, preview.saysChanges);
    if (options.yes || (isInteractive() && (await askYesNo(questionOf(proposal)))))
      return store(proposal, options, config);
    return isInteractive()
      ? refuse(proposal, options, exitCodes.done, 'You declined')
      : refuse(proposal, options, exitCodes.usage, 'There is no terminal to ask on: add --yes to add the feed');
  });

async function look(
  { location, values, login, mapping }: Omit<Proposal, 'preview'>,
  options: Options,
  config: Config,
): Promise<FeedPreview> {
  return previewFeed(values.url as string, {
    ...previewLimits(config, systemClock),
    ...previewSettings(
      { defaultCurrency: values.defaultCurrency ?? undefined, country: values.country ?? location.country },
      location,
    ),
    ...(login ? { login } : {}),
    ...(mapping === undefined ? {} : { mapping }),
    ...(values.format ? { format: values.format } : {}),
    ...(options.show === undefined ? {} : { show: readCount(options.show) }),
  });
}

function isProposed({ mapping, preview }: Proposal): boolean {
  return mapping === undefined && preview.mapping !== undefined;
}

function questionOf(proposal: Proposal): string {
  const how = proposal.preview.mapping === undefined ? '' : ', read by the mapping shown above';
  return `Add this feed to ${proposal.location.name}${how}?`;
}

/** On a pipe no one saw the proposed mapping, so the feed is held until someone approves it. */
async function store(proposal: Proposal, options: Options, config: Config): Promise<number> {
  const { location, values, login, preview } = proposal;
  const needsMapping = isProposed(proposal) && options.yes === true;
  const approved = preview.mapping && !needsMapping ? approvedMapping(preview.mapping, systemClock.now()) : {};
  const feed = await addFeed({ locationId: location._id, values: { ...values, ...approved }, login }, config);
  const feedId = feed._id.toHexString();
  if (options.json) print({ stored: true, needsMapping, feed: showFeed(feed), preview });
  console.error(
    needsMapping
      ? `Added ${nameOfFeed(feed)} as ${feedId}. Its format is unknown: nothing is stored until someone ` +
          `approves its mapping: node adapter --feed-preview ${feedId} --save ${feedId}`
      : `Added ${nameOfFeed(feed)} as ${feedId}: the next run reads it. Now: node adapter --invoke sync-feeds ` +
          `--feed-id ${feedId}`,
  );
  return needsMapping ? exitCodes.partial : exitCodes.done;
}

function refuse({ preview }: Proposal, options: Options, code: number, why: string): number {
  if (options.json) print({ stored: false, preview });
  console.error(`${why}. Nothing was stored.`);
  return code;
}

function print(value: unknown): void {
  console.log(JSON.stringify(value, null, process.stdout.isTTY ? 2 : 0));
}
