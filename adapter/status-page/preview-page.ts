import { html } from 'hono/html';
import { formatPreview } from '../../shared/feeds/preview/format-preview.ts';
import type { FeedPreview, PreviewListing } from '../../shared/feeds/preview/preview.ts';
import { renderBody } from './page.ts';
import { button, link, section, table, type Fragment } from './parts.ts';
import type { Feed } from './status.ts';

export interface PreviewView {
  readonly feed: Feed;
  readonly preview: FeedPreview;
  /** Identifies the address without revealing it. */
  readonly addressMark: string;
  readonly mode: string | undefined;
  readonly now: Date;
}

function packMapping(mapping: unknown): string {
  return Buffer.from(JSON.stringify(mapping)).toString('base64url');
}

export function renderPreviewPage(view: PreviewView): Promise<string> {
  const { feed, preview, now } = view;
  return renderBody({
    title: `${feed.name}: preview of the feed`,
    heading: html`${link(`/feeds/${feed.id}`, feed.name)} <span class="quiet">as it is now</span>`,
    now,
    // Paths in a feed resemble e-mail addresses.
    isMasked: false,
    main: html`<div class="card">
        <p class="lead">
          ${preview.count.toLocaleString('en')} listings, format ${preview.format},
          ${preview.mode === 'snapshot' ? 'a full list' : 'changes only'}
        </p>
        ${preview.doubts.map((doubt) => html`<p class="problem">${doubt}</p>`)} ${renderApproval(view)}
      </div>
      ${section('listings', 'First listings', renderListings(preview.listings))}
      ${section(
        'details',
        'In detail',
        html`<pre class="card scroll" tabindex="0" aria-label="The preview in detail">
${formatPreview(preview, { colour: false, width: 110 })}</pre>`,
      )}`,
  });
}

/**
 * Only for a feed that a mapping read completely. The form contains the mapping, so exactly what was shown is approved.
 */
function renderApproval({ feed, preview, addressMark, mode }: PreviewView): Fragment | string {
  const { mapping, end, saysChanges } = preview;
  if (mapping === undefined) return html`<p>The feed is in a known format: there is no mapping to approve.</p>`;
  if (!end.complete || end.items === 0)
    return html`<p>The feed could not be read to its end, or has no listings: nothing can be approved.</p>`;
  const asksMode = saysChanges !== undefined && mode === undefined;
  const choices = asksMode
    ? html`<fieldset>
        <legend>The feed says that it lists changes only</legend>
        <label><input type="radio" name="mode" value="delta" required /> only changes: missing listings stay</label>
        <label
          ><input type="radio" name="mode" value="snapshot" required /> a full list: missing listings are
          withdrawn</label
        >
      </fieldset>`
    : '';
  return html`<p>Are these your listings as they should be? Then approve the mapping: runs read the feed by it.</p>
    <div class="buttons">
      ${button({
        action: 'approve-mapping',
        label: 'Approve this mapping',
        fields: {
          feedId: feed.id,
          mapping: packMapping(mapping),
          address: addressMark,
          ...(saysChanges === undefined ? {} : { saysChanges }),
        },
        choices,
      })}
    </div>`;
}

const columns = ['reference', 'title', 'goal', 'type', 'price', 'currency', 'bedrooms', 'city', 'status'] as const;

function renderListings(listings: readonly PreviewListing[]): Fragment {
  return html`<div class="card">
    ${table({
      label: 'First listings',
      columns: ['id', ...columns, 'pictures'],
      rows: listings.map(({ id, values }) => [
        id ?? '',
        ...columns.map((name) => html`<span class="brief">${shown((values as Record<string, unknown>)[name])}</span>`),
        String(values.images?.length ?? 0),
      ]),
    })}
  </div>`;
}

function shown(value: unknown): string {
  return value === undefined || value === null ? '' : String(value);
}
