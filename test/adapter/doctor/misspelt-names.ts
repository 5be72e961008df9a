import test from 'ava';
import { misspeltNames } from '../../../adapter/doctor/misspelt-names.ts';

test('a name that is nearly a setting is reported, others are left alone', (t) => {
  t.deepEqual(
    misspeltNames([
      'CRON_SECRT',
      'CRON_SECRET',
      'CRON_PING_URL_SYNC_FEEDS',
      'CRON_SKIP_PAUSE',
      'SOMETHING_OF_ANOTHER_PROGRAM',
    ]),
    [{ name: 'CRON_SECRT', meant: 'CRON_SECRET' }],
  );
});
