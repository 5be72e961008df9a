import { settings } from '../../shared/platform/config.ts';
import { closestName } from '../../shared/platform/closest-name.ts';

const names = Object.values(settings).map(({ env }) => env as string);
/** Where the file of settings is: no setting of its own. */
const triggerNames = ['ESTIO_CRON_ENV'];

/** Names that are nearly those of a setting: others are someone else's business. Pure. */
export function misspeltNames(written: readonly string[]): { name: string; meant: string }[] {
  const foreign = written.filter(
    (name) => ![...names, ...triggerNames].includes(name) && !name.startsWith('CRON_PING_URL_'),
  );
  const lowerCase = names.map((name) => name.toLowerCase());
  return foreign.flatMap((name) => {
    const meant = closestName(name, lowerCase);
    return meant === undefined ? [] : [{ name, meant: meant.toUpperCase() }];
  });
}
