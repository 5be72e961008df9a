import test from 'ava';
import fc from 'fast-check';
import { chooseAptSource, formatAptSource } from '../../../adapter/embedded-mongodb/apt-source.ts';

const bookworm = 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nVERSION_CODENAME=bookworm\nID=debian\n';
const jammy = 'NAME="Ubuntu"\nID=ubuntu\nID_LIKE=debian\nVERSION_CODENAME=jammy\nUBUNTU_CODENAME=jammy\n';
const mint =
  'NAME="Linux Mint"\nID=linuxmint\nID_LIKE="ubuntu debian"\nVERSION_CODENAME=virginia\nUBUNTU_CODENAME=jammy\n';

test('takes the mirror of a deb822 file', (t) => {
  const sources = `# a comment
Types: deb deb-src
URIs: http://mirror.example/debian
Suites: bookworm bookworm-updates
Components: main contrib
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: http://security.example/debian-security
Suites: bookworm-security
Components: main
`;
  t.deepEqual(chooseAptSource(bookworm, ['', sources]), {
    uri: 'http://mirror.example/debian',
    suite: 'trixie',
    signedBy: '/usr/share/keyrings/debian-archive-keyring.gpg',
  });
});

test('takes the mirror of a one-line file, whatever other archives stand before it', (t) => {
  const other = 'deb [arch=amd64 signed-by=/etc/apt/keyrings/x.gpg] https://packages.example/apt bookworm stable\n';
  const own =
    '# deb http://old.example/debian bookworm main\ndeb-src http://src.example/debian bookworm main\n  deb [ ' +
    'arch=amd64 ] https://mirror.example/debian/ bookworm main non-free # here\n';
  t.deepEqual(chooseAptSource(bookworm, [other, own]), { uri: 'https://mirror.example/debian/', suite: 'trixie' });
});

test('passes over stanzas that are disabled, of sources only, or on media', (t) => {
  const stanza = (fields: string) => `Suites: bookworm\nComponents: main\n${fields}\n\n`;
  const sources = [
    stanza('Types: deb\nURIs: http://disabled.example/debian\nEnabled: no'),
    stanza('Types: deb-src\nURIs: http://src.example/debian'),
    stanza('Types: deb\nURIs: cdrom:[Debian]/'),
  ].join('');
  t.is(chooseAptSource(bookworm, [sources])?.uri, 'http://deb.debian.org/debian');
});

test('ignores a key that is written inside the source', (t) => {
  const sources =
    'Types: deb\nURIs: http://mirror.example/debian\nSuites: bookworm\nComponents: main\nSigned-By:\n -----BEGIN ' +
    'PGP PUBLIC KEY BLOCK-----\n .\n xsFNBF\n';
  t.deepEqual(chooseAptSource(bookworm, [sources]), { uri: 'http://mirror.example/debian', suite: 'trixie' });
});

test("a host without sources of its own release uses the distribution's public mirror", (t) => {
  t.deepEqual(chooseAptSource(bookworm, []), { uri: 'http://deb.debian.org/debian', suite: 'trixie' });
  t.deepEqual(chooseAptSource(jammy, ['']), { uri: 'http://archive.ubuntu.com/ubuntu', suite: 'noble' });
});

test("Ubuntu and its derivatives use Ubuntu's archive", (t) => {
  const sources = 'deb http://mirror.example/ubuntu jammy main restricted\n';
  t.deepEqual(chooseAptSource(jammy, [sources]), { uri: 'http://mirror.example/ubuntu', suite: 'noble' });
  t.deepEqual(chooseAptSource(mint, [`deb http://packages.example/mint virginia main\n${sources}`]), {
    uri: 'http://mirror.example/ubuntu',
    suite: 'noble',
  });
});

test('other systems have no source', (t) => {
  for (const release of ['', 'ID=alpine\n', 'ID="rocky"\nID_LIKE="rhel centos fedora"\n', 'ID=constructor\n'])
    t.is(chooseAptSource(release, []), undefined);
});

test('writes a line that it reads itself', (t) => {
  const word = fc.stringMatching(/^[a-z0-9][a-z0-9.-]{0,10}$/);
  fc.assert(
    fc.property(word, fc.option(word, { nil: undefined }), (host, key) => {
      const source = {
        uri: `http://${host}/debian`,
        suite: 'trixie',
        ...(key === undefined ? {} : { signedBy: `/keys/${key}` }),
      };
      t.deepEqual(chooseAptSource(bookworm.replaceAll('bookworm', 'trixie'), [formatAptSource(source)]), source);
    }),
  );
});

test('an invalid source file is ignored', (t) => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary' }),
      (text) => chooseAptSource(bookworm, [text, `Types: deb\n${text}`])?.suite === 'trixie',
    ),
  );
  t.pass();
});
