import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { validate } from 'dockerfile-utils';
import { parseAllDocuments } from 'yaml';
import { projectRoot } from '../../adapter/project.ts';
import { settings } from '../../shared/platform/config.ts';

const read = (name: string) => readFileSync(join(projectRoot, 'crontab', name), 'utf8');

function documents(name: string): Record<string, unknown>[] {
  return parseAllDocuments(read(`deploy/${name}`), { strict: true, uniqueKeys: true }).map((document) => {
    if ('errors' in document && document.errors.length > 0) throw document.errors[0];
    return document.toJS() as Record<string, unknown>;
  });
}

function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce((inner, key) => (inner as Record<string | number, unknown> | undefined)?.[key], value);
}

const knownNames = new Set<string>(Object.values(settings).map(({ env }) => env));

test('the Containerfile has no mistake that a linter finds, and copies what is there', (t) => {
  const text = read('deploy/Containerfile');
  t.deepEqual(
    validate(text).map(({ message, range }) => `${range.start.line + 1}: ${message}`),
    [],
  );
  t.regex(text, /FROM docker\.io\/library\/node:24-/);
  for (const [, name = ''] of text.matchAll(/^ENV (.*)$/gm))
    for (const one of name.split(' ')) t.true(knownNames.has(one.split('=')[0] ?? ''), one);
});

test('compose has the adapter, a MongoDB and cron, and every volume and service that it names', (t) => {
  const [compose] = documents('compose.yaml');
  const services = at(compose, 'services') as Record<string, Record<string, unknown>>;
  t.deepEqual(Object.keys(services), ['mongo', 'adapter', 'cron']);
  t.is(at(services, 'mongo', 'image'), 'docker.io/library/mongo:8');
  t.is(at(services, 'adapter', 'build', 'dockerfile'), 'crontab/deploy/Containerfile');
  for (const service of Object.values(services)) {
    for (const name of Object.keys((service['depends_on'] ?? {}) as object)) t.truthy(services[name], name);
    for (const volume of (service['volumes'] ?? []) as string[]) {
      const [source = ''] = volume.split(':');
      if (!source.startsWith('.')) t.true(source in (at(compose, 'volumes') as object), source);
    }
  }
  for (const name of Object.keys(at(services, 'adapter', 'environment') as object)) t.true(knownNames.has(name), name);
  t.deepEqual(at(services, 'adapter', 'ports'), ['127.0.0.1:8787:8787']);
});

test('Kubernetes calls every job at the time of the crontab', (t) => {
  const all = documents('kubernetes.yaml');
  const lines = [...read('estio.crontab').matchAll(/^([^#\n]+) \{project\}\/crontab\/trigger (\S+)$/gm)];
  const wanted = lines.map(([, schedule, job]) => [job, schedule, ['crontab/trigger', job]]);
  t.is(wanted.length, 5);
  const jobs = all.filter(({ kind }) => kind === 'CronJob');
  const container = ['spec', 'jobTemplate', 'spec', 'template', 'spec', 'containers', 0] as const;
  t.deepEqual(
    jobs.map((job) => [at(job, 'metadata', 'name'), at(job, 'spec', 'schedule'), at(job, ...container, 'command')]),
    wanted,
  );
  for (const job of jobs) {
    t.is(at(job, 'spec', 'concurrencyPolicy'), 'Forbid');
    t.deepEqual(
      (at(job, ...container, 'env') as { name: string }[]).map(({ name }) => name),
      ['CRON_URL', 'CRON_SECRET'],
    );
  }
  t.deepEqual(
    all.slice(0, 2).map(({ kind }) => kind),
    ['Deployment', 'Service'],
  );
  const deployed = at(all[0], 'spec', 'template', 'spec', 'containers', 0);
  t.is(at(deployed, 'readinessProbe', 'httpGet', 'path'), '/readyz');
  t.deepEqual(at(all[1], 'spec', 'selector'), at(all[0], 'spec', 'template', 'metadata', 'labels'));
});
