import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import test from 'ava';
import { parseCommandLine } from '../adapter/arguments.ts';
import { projectRoot } from '../adapter/project.ts';
import { readInstallChapter } from './install-chapter/chapter.ts';

type Evidence = readonly [file: string, text: string];

const commands: Readonly<Record<string, Evidence>> = {
  'npm ci': ['.ci/run', 'npm ci && npm test'],
  'npm test': ['.ci/run', 'npm ci && npm test'],
  'npm run test:kills': ['.github/workflows/ci.yml', 'npm run test:kills'],
  'npm run test:hosts': ['.github/workflows/ci.yml', 'npm run test:hosts'],
  'npm run demo': ['.github/workflows/ci.yml', 'npm run demo -- --exit'],
  'npm run conformance': ['.github/workflows/ci.yml', 'npm run conformance'],
  'npm run typecheck': ['.ci/run', 'npm run --silent typecheck'],
  'npm run lint': ['.ci/run', 'npm run --silent lint'],
  'npm run build': ['test/contributing.ts', "'build.mjs', '--quiet'"],
  'npm run db:indexes': ['test/adapter/doctor.ts', "'run', '--silent', 'db:indexes'"],
  'npm run bench': ['test/trash/purge.ts', "'test/bench/run.ts', 'purge'"],
  'npm run recipes': ['test/feeds/formats/print-recipes.ts', "'run', '--silent', 'recipes'"],
  'npm run gazetteer': ['test/matching/places/make-gazetteer.ts', "'run', '--silent', 'gazetteer'"],
  'npm run messages': ['test/messages.ts', "'run', '--silent', 'messages'"],
  'npm run docs': ['test/platform/env-example.ts', 'npm run docs'],
  '.ci/run': ['.github/workflows/ci.yml', '.ci/run'],
  'node adapter': ['test/doubles/adapter.ts', "join(projectRoot, 'adapter')"],
  'node adapter --list': ['test/adapter/command-line.ts', "'--list', '--json'"],
  'node adapter --invoke': ['test/adapter/command-line.ts', "'--invoke', job"],
  'node adapter --help': ['test/adapter/command-line.ts', "['--help']"],
  'node adapter --doctor': ['test/adapter/doctor.ts', "runAdapter(['--doctor']"],
  'node adapter --crontab': ['test/adapter/command-line.ts', "runAdapter(['--crontab'])"],
  'node adapter --connect': ['test/adapter/connect.ts', "'--connect', 'gmail'"],
  'node adapter --disconnect': ['test/adapter/connect.ts', "'--disconnect', 'twice"],
  'node adapter --feed-preview': ['test/adapter/feed-preview.ts', '--feed-preview'],
  'node adapter --deliver-events': ['test/adapter/events-commands.ts', "runCommand(['--deliver-events'"],
  'node adapter --replay-event': ['test/adapter/events-commands.ts', "runCommand(['--replay-event'"],
  'node adapter --event-types': ['test/adapter/events-commands.ts', "runCommand(['--event-types'"],
  'node adapter --runs': ['test/adapter/doctor.ts', "runCommand(['--runs']"],
  'node adapter --repair-records': ['test/adapter/repair-records.ts', "runCommand(['--repair-records'"],
  'node adapter --feed-add': ['test/adapter/feed-commands.ts', "'--feed-add',"],
  'node adapter --feed-list': ['test/adapter/feed-commands.ts', "command(['--feed-list'"],
  'node adapter --feed-set': ['test/adapter/feed-commands.ts', "command(['--feed-set'"],
  'node adapter --feed-pause': ['test/adapter/feed-commands.ts', "command(['--feed-pause'"],
  'node adapter --feed-resume': ['test/adapter/feed-commands.ts', "command(['--feed-resume'"],
  'node adapter --feed-remove': ['test/adapter/feed-commands.ts', "command(['--feed-remove'"],
  'node adapter --location-list': ['test/adapter/feed-commands.ts', "command(['--location-list'"],
  'node adapter --account-list': ['test/adapter/feed-commands.ts', "command(['--account-list'"],
  'node adapter --account-pause': ['test/adapter/feed-commands.ts', "command(['--account-pause'"],
  'node adapter --account-resume': ['test/adapter/feed-commands.ts', "command(['--account-resume'"],
  'node adapter --restore': ['test/adapter/trash-commands.ts', "'--restore', "],
  'node adapter --erase-contact': ['test/adapter/trash-commands.ts', "'--erase-contact', "],
  'crontab/install': ['test/crontab/install.ts', 'await install()'],
  'crontab/install --print': ['test/crontab/install.ts', "install('--print')"],
  'crontab/install --remove': ['test/crontab/install.ts', "install('--remove')"],
  'crontab/install --systemd': ['test/crontab/install.ts', "install('--systemd'"],
  'crontab/install --systemd-socket': ['test/crontab/install.ts', "['--systemd-socket']"],
  'crontab/install --pm2': ['test/crontab/install.ts', "['--pm2']"],
  'crontab/update': ['test/crontab/update.ts', 'update()'],
  'crontab/update --back': ['test/crontab/update.ts', "update('--back')"],
  'crontab/trigger': ['test/demo/run.ts', "join(projectRoot, 'crontab', 'trigger')"],
};

const ofTheSystem = ['cd', 'chmod', 'cp', 'git', 'journalctl', 'ln', 'mkdir', 'openssl', 'sh', 'sudo', 'systemctl'];

const read = (file: string) => readFileSync(join(projectRoot, file), 'utf8');

function commandsOf(document: string): string[] {
  const text = read(document);
  const blocks = [...text.matchAll(/```sh\n([^]*?)```/g)].flatMap(([, block = '']) => block.split('\n'));
  const inline = [...text.replace(/```[^]*?```/g, '').matchAll(/`([^`\n]+)`/g)]
    .map(([, code = '']) => code)
    .filter((code) =>
      /^(?:sudo -u estio-cron (?:-H )?)?(?:node adapter|npm |crontab\/(?:install|trigger|update)|\.ci\/run)/.test(code),
    );
  return [...blocks, ...inline]
    .flatMap((line) => line.split(/&&|\|(?=\s)|;/))
    .map((line) => line.trim().replace(/^sudo -u estio-cron (?:-H )?/, ''))
    .filter(Boolean);
}

/** Without values of options. */
function nameOf(command: string): string {
  const words = command.split(/\s+/);
  if (words[0] === 'npm' && words[1] === 'run') return words.slice(0, 3).join(' ');
  const length = words[0]?.startsWith('crontab/') || words[0] === '.ci/run' ? 1 : 2;
  const option =
    words[length]?.startsWith('--') && words[0] !== 'npm' && words[length] !== '--user' ? [words[length]] : [];
  return [...words.slice(0, length), ...option].join(' ');
}

/** Except the changelog. */
const documents = [
  'README.md',
  'CONTRIBUTING.md',
  ...['adapter', 'crontab', 'functions', 'shared'].flatMap((folder) =>
    readdirSync(join(projectRoot, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.md'))
      .map((file) => `${folder}/${file}`),
  ),
];
const documented = documents.flatMap(commandsOf);

test('a test, the demo or the checks run every documented command', (t) => {
  t.true(documented.length > 25);
  for (const command of documented) {
    if (ofTheSystem.includes(command.split(/\s/)[0] ?? '')) continue;
    t.truthy(commands[nameOf(command)], `${command}: add to the list who runs it, and run it`);
  }
});

test('the list names only documented commands, and who runs each', (t) => {
  const names = new Set(documented.map(nameOf));
  for (const [name, [file, text]] of Object.entries(commands)) {
    t.true(names.has(name), `${name} is in no document`);
    t.true(existsSync(join(projectRoot, file)) && read(file).includes(text), `${file} does not have ${text}`);
  }
});

test('.ci/run can follow the chapter of installation', (t) => {
  t.true(read('.ci/run').includes('test/install-chapter/run.ts'));
  const { commands: lines, settings, settingsAfter } = readInstallChapter();
  t.regex(lines[settingsAfter - 1] ?? '', /cp \.env\.example \.env/);
  t.true(lines.length > settingsAfter);
  t.deepEqual(settings.get('NODE_ENV'), { value: 'production' });
  t.deepEqual(settings.get('CRON_SECRET'), { command: 'openssl rand -hex 32' });
  t.deepEqual([...settings.keys()].slice(-3), ['CRON_SECRET', 'CREDENTIALS_KEY', 'STATUS_PASSWORD']);
});

test('every documented option of the adapter exists', (t) => {
  for (const command of documented.filter((line) => line.startsWith('node adapter'))) {
    const words = command
      .replace(/\s*>.*$/, '')
      .split(/\s+/)
      .slice(2);
    t.notThrows(() => parseCommandLine(words), command);
  }
});

test('every documented npm script exists, and each script begins with a program that is there', (t) => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  for (const command of documented.filter((line) => line.startsWith('npm run ')))
    t.truthy(scripts[command.split(' ')[2] ?? ''], command);
  for (const [name, script] of Object.entries(scripts)) {
    for (const command of script.split('&&')) {
      const [program = '', argument = ''] = command
        .trim()
        .replace(/^(?:\w+=\S+ )+/, '')
        .split(/\s+/);
      const file = program === 'node' ? argument : join('node_modules/.bin', program);
      t.true(existsSync(join(projectRoot, file)), `${name}: ${file}`);
    }
  }
});

test('every link between documents leads to a file, and to a heading of it', (t) => {
  const anchors = (file: string) =>
    [...read(file).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replace(/[^\w\s-]/g, '')
        .replaceAll(' ', '-'),
    );
  for (const document of documents) {
    for (const [, target = ''] of read(document).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^https?:/.test(target)) continue;
      const [path = '', anchor] = target.split('#');
      const file = path === '' ? document : join(dirname(document), path);
      t.true(existsSync(join(projectRoot, file)), `${document}: ${target}`);
      if (anchor !== undefined) t.true(anchors(file).includes(anchor), `${document}: ${target}`);
    }
  }
});
