import { readFile } from 'node:fs/promises';
import test from 'ava';
import { ofAge, packagedChromium } from '../../../adapter/doctor/chromium.ts';

test('the date is that of the version which is installed', async (t) => {
  const { dependencies } = JSON.parse(await readFile('package.json', 'utf8')) as {
    dependencies: Record<string, string>;
  };
  t.is(dependencies['@sparticuz/chromium'], packagedChromium.version, 'a new version needs its date');
});

test('Chromium is good for 90 days', (t) => {
  const after = (days: number) => new Date(Date.parse(packagedChromium.published) + days * 86_400_000);
  t.is(ofAge('it', after(90)).level, 'ok');
  t.like(ofAge('it', after(91)), {
    level: 'warning',
    found: `it; published ${packagedChromium.published}, 91 days ago`,
  });
  t.regex(ofAge('it', after(-2)).found, /, 0 days ago$/);
});
