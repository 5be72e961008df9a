import test from 'ava';
import { examineTestSettings } from '../../../adapter/doctor/test-settings.ts';
import { readConfig } from '../../../shared/platform/config.ts';

test('every setting that is only for tests is named', (t) => {
  t.deepEqual(examineTestSettings(readConfig({})), []);
  t.deepEqual(examineTestSettings(readConfig({ MICROSOFT_LOGIN_URL: 'https://login.microsoftonline.us' })), []);
  const findings = examineTestSettings(
    readConfig({
      FEED_ALLOW_PRIVATE: '1',
      CRON_PING_ALLOW_PRIVATE: '1',
      ALERT_WEBHOOK_ALLOW_PRIVATE: '1',
      GOOGLE_TOKEN_URL: 'http://127.0.0.1:4000/token',
      NODE_ENV: 'test',
    }),
  );
  t.deepEqual(
    findings.map(({ level, found }) => [level, found.split(/[ :]/)[0]]),
    [
      ['warning', 'GOOGLE_TOKEN_URL'],
      ['warning', 'FEED_ALLOW_PRIVATE=1'],
      ['warning', 'NODE_ENV=test'],
      ['ok', 'private'],
    ],
  );
  t.regex(findings.at(-1)?.found ?? '', /: ALERT_WEBHOOK_ALLOW_PRIVATE, CRON_PING_ALLOW_PRIVATE$/);
});
