import test from 'ava';
import { installationProblem, releaseName } from '../../adapter/installation.ts';

test('what is not there is named; with everything there runs begin', (t) => {
  t.is(installationProblem(import.meta.filename), undefined);
  t.regex(installationProblem('/nowhere/no-op.mjs') ?? '', /being installed or built \(\/nowhere\/no-op\.mjs is not/);
});

test('a release is called as the link names it', (t) => {
  t.is(releaseName('/opt/estio-cron/releases/0123456789ab'), 'releases/0123456789ab');
  t.is(releaseName('/opt/estio-cron'), '.');
  t.is(releaseName('/home/ana/releases/estio-cron'), '.');
});
