import { settings } from '../../shared/platform/config.ts';
import { closestName } from '../../shared/platform/closest-name.ts';

const names = Object.values(settings).map(({ env }) => env as string);
/** Known, but no setting. */
const triggerNames = ['ESTIO_CRON_ENV'];

/** Names close to a setting's; others belong to other programs. Pure. */
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
