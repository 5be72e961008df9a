import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import test from 'ava';
import { launchBrowser } from '../../shared/platform/browser.ts';
import { findChromium } from '../../shared/platform/chromium-binary.ts';
import { chooseLibraries, describeMissingLibraries } from '../../shared/platform/chromium-libraries.ts';
import { hideSystemLibraries } from '../doubles/hidden-libraries.ts';
import { testBrowser } from '../doubles/test-browser.ts';

/** Made for this test. */
const certificate = `-----BEGIN CERTIFICATE-----
MIIBfzCCASWgAwIBAgIUDjPUVawuLyOFC2lIXZp9Sjhl7nEwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEzMDA2NTMzOFoYDzIxMjYxMTA2
MDY1MzM4WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAT0Xyt0upF4qGEZUyMDiKCZvL7iauC+Yoywim6IljTg8ZpnXrldWkmx
B0VMJro+CN5+eZhTdGYSwx+CCi8fKxUGo1MwUTAdBgNVHQ4EFgQUkOSdzDENQ/a3
TX+SM3QrU7ZcUs8wHwYDVR0jBBgwFoAUkOSdzDENQ/a3TX+SM3QrU7ZcUs8wDwYD
VR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNIADBFAiBHHYLe/pY183EdiiQgyxIh
a8Z9yg+FzorGgZwC2oKnCgIhAMZNNeATEmdoKvtzGLgmqi6qchmlH7E/Z5zJAGjW
D+w0
-----END CERTIFICATE-----
`;
const key = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgSqkxs0LAiqdFLGLF
UN8E8Kc2X8YFLUMeSI1shnwa/nShRANCAAT0Xyt0upF4qGEZUyMDiKCZvL7iauC+
Yoywim6IljTg8ZpnXrldWkmxB0VMJro+CN5+eZhTdGYSwx+CCi8fKxUG
-----END PRIVATE KEY-----
`;

test.serial('a browser whose libraries the system lacks has those that come with it', async (t) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'estio-l-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const libraries = await hideSystemLibraries(folder);
  t.is((await stat(path.join(libraries, '..', '..', 'libEGL.so'))).uid, userInfo().uid);
  const { TMPDIR } = process.env;
  process.env['TMPDIR'] = folder;
  t.teardown(() => (process.env['TMPDIR'] = TMPDIR));

  const server = createServer({ key, cert: certificate }, (_, response) => response.end()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  const address = `https://127.0.0.1:${(server.address() as AddressInfo).port}/`;

  const launched = await launchBrowser(testBrowser);
  try {
    t.is(launched.libraries, 'shipped');
    const page = await launched.browser.newPage();
    await page.goto('data:text/html,<title>Bare</title>');
    t.is(await page.title(), 'Bare');
    // nss starts here.
    await t.throwsAsync(page.goto(address), { message: /ERR_CERT_AUTHORITY_INVALID/ });
    t.true(await launched.responds());
    t.true((await readFile(`/proc/${launched.pid}/maps`, 'utf8')).includes(path.join(libraries, 'libnss#.so')));
  } finally {
    await launched.close();
  }
  t.is(process.env['LD_LIBRARY_PATH'], undefined);

  const { executablePath } = await findChromium();
  t.is(await chooseLibraries(executablePath, libraries), libraries);
  t.is(await chooseLibraries(executablePath, '/nowhere'), undefined);
  process.env['TMPDIR'] = TMPDIR;
});

test('a program that finds everything on the system is left alone', async (t) => {
  t.is(await chooseLibraries(process.execPath, '/nowhere'), undefined);
});

test('names the Debian packages of missing libraries, and the glibc that the shipped ones need', (t) => {
  const traced =
    '\tlibnspr4.so => not found\n\tlibnss3.so => not found\n\tlibc.so.6 => /lib/libc.so.6 (0x1)\n\tlibodd.so.7 => ' +
    'not found\n';
  const sentence =
    'Chromium needs system libraries that are not installed: libnspr4.so, libnss3.so, libodd.so.7; on Debian or ' +
    'Ubuntu: apt-get install libnspr4 libnss3; find the package of libodd.so.7 with apt-file search';
  t.is(describeMissingLibraries(traced), sentence);
  const complaint = (version: string) =>
    `chromium: /lib/libc.so.6: version \`GLIBC_${version}' not found (required by /x/libnspr4.so)\n`;
  t.is(
    describeMissingLibraries(traced, complaint('2.34') + complaint('2.33')),
    `${sentence}; the ones that Chromium brings need glibc 2.34`,
  );
  t.is(describeMissingLibraries('\tlibc.so.6 => /lib/libc.so.6 (0x1)\n'), undefined);
});
