import test from 'ava';
import { parseCommandLine } from '../../adapter/arguments.ts';
import { usageText } from '../../adapter/usage.ts';

const commandsIn = (text: string) =>
  [...text.matchAll(/^ {2}node adapter (--.*?)(?: {2,}|$)/gm)].flatMap(([, line = '']) =>
    [...line.replace(/\[.*?\]/g, '').matchAll(/--([\w-]+)/g)].map(([, name = '']) => name),
  );

test('the help of each command names it and options that it takes', (t) => {
  const commands = commandsIn(usageText()).filter(
    (name) => name !== 'help' && name !== 'version' && name !== 'location',
  );
  t.true(commands.length > 20);
  for (const command of commands) {
    const text = usageText(command);
    t.true(text.includes(`--${command}`), command);
    const isText = takesValue(command);
    const options = new Set([...text.matchAll(/--([\w-]+)/g)].map(([, name = '']) => name));
    for (const option of options) {
      if (commands.includes(option) || option === 'help' || option === 'version') continue;
      const line = [isText ? `--${command}=x` : `--${command}`, takesValue(option) ? `--${option}=x` : `--${option}`];
      t.notThrows(() => parseCommandLine(line), line.join(' '));
    }
  }
});

function takesValue(option: string): boolean {
  try {
    parseCommandLine([`--${option}`]);
    return false;
  } catch (error) {
    return (error as Error).message === `--${option} expects a value`;
  }
}

test('the whole help fits a wide terminal and tells the exit codes', (t) => {
  const text = usageText();
  t.deepEqual(
    text.split('\n').filter((line) => line.length > 120),
    [],
  );
  t.regex(text, /Exit codes: 0 done or skipped/);
});

test('an unknown command has no usage', (t) => {
  t.false(usageText('nothing').includes('node adapter'));
});
