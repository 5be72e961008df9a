import test from 'ava';
import { parseCommandLine } from '../../adapter/arguments.ts';

test('help is given with, before and after a command, whatever else is wrong', (t) => {
  for (const [line, about] of [
    ['--help', undefined],
    ['-h', undefined],
    ['--feed-set --help', 'feed-set'],
    ['--help --feed-set', 'feed-set'],
    ['--feed-set=x --bogus -h', 'feed-set'],
    ['--runs sync-feeds --help', 'runs'],
    ['--list --crontab --help', 'list'],
  ] as const) {
    const { command, argument } = parseCommandLine(line.split(' '));
    t.deepEqual({ command, argument }, { command: 'help', argument: about }, line);
  }
});

test('a wrong command line is refused in words', (t) => {
  for (const [line, message] of [
    ['--feed-set', '--feed-set expects a value'],
    ['--feed-set --json', '--feed-set expects a value'],
    ['--feed-sett x', 'Unknown option --feed-sett: did you mean --feed-set?'],
    ['--doctor --limit 3', 'With --doctor there is no --limit'],
    ['--doctor --runs', 'One command at a time: got --doctor and --runs'],
    ['--list now', 'Expected options only, got "now"'],
  ] as const)
    t.throws(() => parseCommandLine(line.split(' ')), { message }, line);
});
