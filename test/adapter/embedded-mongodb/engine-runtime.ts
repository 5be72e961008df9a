import test from 'ava';
import { chooseRuntime, probeHost, type HostFacts } from '../../../adapter/embedded-mongodb/engine-runtime.ts';

const host = (facts: Partial<HostFacts>): HostFacts => ({
  platform: 'linux',
  architecture: 'x64',
  glibc: '2.41',
  ...facts,
});

for (const glibc of ['2.38', '2.39', '2.41', '2.100', '3.0']) {
  test(`Node starts the engine directly with glibc ${glibc}`, (t) => {
    t.deepEqual(chooseRuntime(host({ glibc })), { kind: 'direct' });
  });
}

for (const glibc of ['2.37', '2.36', '2.31', '2.4', '1.99']) {
  test(`a newer library is needed with glibc ${glibc}`, (t) => {
    t.deepEqual(chooseRuntime(host({ glibc })), {
      kind: 'private-glibc',
      names: { debian: 'amd64', multiarch: 'x86_64-linux-gnu', loader: 'ld-linux-x86-64.so.2' },
    });
  });
}

test('arm64 has names of its own', (t) => {
  t.deepEqual(chooseRuntime(host({ architecture: 'arm64', glibc: '2.36' })), {
    kind: 'private-glibc',
    names: { debian: 'arm64', multiarch: 'aarch64-linux-gnu', loader: 'ld-linux-aarch64.so.1' },
  });
});

test('macOS needs no glibc', (t) => {
  t.deepEqual(chooseRuntime({ platform: 'darwin', architecture: 'arm64', glibc: undefined }), { kind: 'direct' });
});

for (const [name, facts] of [
  ['Windows', { platform: 'win32', glibc: undefined }],
  ['an Intel Mac', { platform: 'darwin', glibc: undefined }],
  ['32-bit ARM', { architecture: 'arm' }],
  ['an architecture with the name of a property of every object', { architecture: 'constructor' }],
  ['a Linux without glibc', { glibc: undefined }],
] as const) {
  test(`there is no engine for ${name}, and the reason says why`, (t) => {
    const runtime = chooseRuntime(host(facts));
    t.is(runtime.kind, 'unsupported');
    t.regex(
      (runtime as { reason: string }).reason,
      /there is no engine for (win32|darwin|linux) on \w+|no GNU C library/,
    );
  });
}

test('the probe names this host', (t) => {
  const { platform, architecture, glibc } = probeHost();
  t.is(platform, process.platform);
  t.is(architecture, process.arch);
  if (glibc !== undefined) t.regex(glibc, /^\d+\.\d+/);
});
