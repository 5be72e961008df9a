import { MailError } from '../mail-error.ts';
import type { GraphClient } from './graph-client.ts';
import { mayBeContent } from './graph-errors.ts';
import type { GraphMessage, GraphPage } from './graph-types.ts';
import { attachmentFields, wholeMessage } from './message-fields.ts';

const worthAListing = 3;

/**
 * Fetches by time range, in halves when too much.
 *
 * @returns whole messages by id
 */
export async function contentOfPage(
  graph: GraphClient,
  stream: string,
  items: readonly GraphMessage[],
): Promise<ReadonlyMap<string, GraphMessage>> {
  const found = new Map<string, GraphMessage>();
  const dated = items
    .filter((item) => !item['@removed'] && item.receivedDateTime !== undefined)
    .sort((a, b) => Date.parse(a.receivedDateTime as string) - Date.parse(b.receivedDateTime as string));
  await list(dated);
  return found;

  async function list(part: readonly GraphMessage[]): Promise<void> {
    if (part.length < worthAListing) return;
    try {
      const page = await graph.get<GraphPage<GraphMessage>>(pathOf(stream, part), {
        what: `content of ${stream}`,
        pageSize: part.length,
      });
      for (const message of page?.value ?? []) found.set(message.id, message);
    } catch (error) {
      if (!(error instanceof MailError) || !mayBeContent(error)) throw error;
      const half = Math.ceil(part.length / 2);
      await list(part.slice(0, half));
      await list(part.slice(half));
    }
  }
}

function pathOf(stream: string, part: readonly GraphMessage[]): string {
  const [oldest, newest] = [part[0], part.at(-1)].map((item) => item?.receivedDateTime);
  const filter = `receivedDateTime ge ${oldest} and receivedDateTime le ${newest}`;
  const query = [
    `$top=${part.length}`,
    `$select=${wholeMessage}`,
    `$expand=${attachmentFields}`,
    `$filter=${encodeURIComponent(filter)}`,
    `$orderby=${encodeURIComponent('receivedDateTime desc')}`,
  ];
  return `/me/mailFolders/${encodeURIComponent(stream)}/messages?${query.join('&')}`;
}
