import { readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { makeFolder } from '../../platform/make-folder.ts';
import { MailError, type Reaction } from '../mail-error.ts';
import type { MailboxContext } from '../mail-provider.ts';
import { structureOnly } from './in-page.ts';
import type { PageLife } from './page-life.ts';

const keptTraces = 10;
const prefix = 'outlook-web-';

/**
 * Without private text.
 *
 * @returns an error that names the file @throws if the page does not respond
 */
export async function layoutChanged(
  page: Pick<PageLife, 'ask'>,
  what: string,
  reaction: Reaction,
  context: MailboxContext,
): Promise<MailError> {
  const file = await saveTrace(page, context).catch((error: unknown) => {
    if (error instanceof MailError || context.signal.aborted) throw error;
    context.log.warn({ err: error }, 'no trace of the page could be saved');
    return undefined;
  });
  context.count('layoutChanged');
  return new MailError(
    'Outlook on the web looks different from what is expected: ' +
      `${what}${file ? `; the page's structure is saved in ${file}` : ''}`,
    { code: 'layout-changed', reaction },
  );
}

async function saveTrace(page: Pick<PageLife, 'ask'>, context: MailboxContext): Promise<string> {
  const folder = path.resolve(context.config.dataDir, 'traces');
  const html = await page.ask((opened) => opened.evaluate(structureOnly));
  await makeFolder(folder, { setting: 'DATA_DIR', mode: 0o700 });
  const file = path.join(
    folder,
    `${prefix}${context.clock.now().toISOString().replace(/[:.]/g, '-')}-${process.pid}.html`,
  );
  await writeFile(file, html, { mode: 0o600 });
  const older = (await readdir(folder))
    .filter((name) => name.startsWith(prefix))
    .sort()
    .slice(0, -keptTraces);
  await Promise.all(older.map((name) => rm(path.join(folder, name), { force: true })));
  return file;
}
