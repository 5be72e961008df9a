import test from 'ava';
import { toolEnvironment } from '../../../adapter/embedded-mongodb/tool-environment.ts';

test('the tools are given no secrets', (t) => {
  const environment = toolEnvironment({
    HOME: '/root',
    PATH: '/evil',
    CRON_SECRET: 's',
    https_proxy: 'http://p',
    NO_PROXY: 'x',
    LANG: 'el_GR',
  });
  t.deepEqual(Object.keys(environment).toSorted(), ['HOME', 'LC_ALL', 'NO_PROXY', 'PATH', 'https_proxy']);
  t.false(environment['PATH']!.includes('evil'));
});
