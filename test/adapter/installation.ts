import test from 'ava';
import { installationProblem } from '../../adapter/installation.ts';

test('what is not there is named; with everything there runs begin', (t) => {
  t.is(installationProblem(import.meta.filename), undefined);
  t.regex(installationProblem('/nowhere/no-op.mjs') ?? '', /being installed or built \(\/nowhere\/no-op\.mjs is not/);
});
