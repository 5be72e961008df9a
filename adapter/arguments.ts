/** Pure. */

import { parseArgs } from 'node:util';
import { UsageError } from '../shared/platform/errors.ts';
import { closestName } from '../shared/platform/closest-name.ts';

const options = {
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'v' },
  list: { type: 'boolean' },
  crontab: { type: 'boolean' },
  invoke: { type: 'string' },
  'db-indexes': { type: 'boolean' },
  connect: { type: 'string' },
  disconnect: { type: 'string' },
  'feed-preview': { type: 'string' },
  'deliver-events': { type: 'boolean' },
  'replay-event': { type: 'string' },
  'event-types': { type: 'boolean' },
  doctor: { type: 'boolean' },
  runs: { type: 'boolean' },
  'repair-records': { type: 'boolean' },
  'feed-add': { type: 'string' },
  'feed-list': { type: 'boolean' },
  'feed-set': { type: 'string' },
  'feed-pause': { type: 'string' },
  'feed-resume': { type: 'string' },
  'feed-remove': { type: 'string' },
  'account-list': { type: 'boolean' },
  'account-pause': { type: 'string' },
  'account-resume': { type: 'string' },
  'location-list': { type: 'boolean' },
  restore: { type: 'string' },
  'erase-contact': { type: 'string' },

  functions: { type: 'string' },
  template: { type: 'boolean' },
  json: { type: 'boolean' },
  'dry-run': { type: 'boolean' },
  'confirm-removals': { type: 'boolean' },
  'account-id': { type: 'string' },
  'feed-id': { type: 'string' },
  'location-id': { type: 'string' },
  'contact-id': { type: 'string' },
  location: { type: 'string' },
  paste: { type: 'boolean' },
  cookies: { type: 'string' },
  format: { type: 'string' },
  mapping: { type: 'string' },
  show: { type: 'string' },
  save: { type: 'string' },
  mode: { type: 'string' },
  status: { type: 'string' },
  limit: { type: 'string' },
  before: { type: 'string' },
  yes: { type: 'boolean' },
  'test-alert': { type: 'boolean' },
  link: { type: 'boolean' },
  url: { type: 'string' },
  name: { type: 'string' },
  currency: { type: 'string' },
  country: { type: 'string' },
  'id-from': { type: 'string' },
  fetch: { type: 'string' },
  encoding: { type: 'string' },
  'image-base-url': { type: 'string' },
  'host-key': { type: 'string' },
  'auth-user': { type: 'string' },
  'auth-password': { type: 'boolean' },
  'auth-key': { type: 'string' },
  'keep-listings': { type: 'boolean' },
  'withdraw-listings': { type: 'boolean' },
} as const;

const commands = [
  'help',
  'version',
  'list',
  'crontab',
  'invoke',
  'connect',
  'disconnect',
  'feed-preview',
  'deliver-events',
  'replay-event',
  'event-types',
  'doctor',
  'db-indexes',
  'repair-records',
  'runs',
  'feed-add',
  'feed-list',
  'feed-set',
  'feed-pause',
  'feed-resume',
  'feed-remove',
  'account-list',
  'account-pause',
  'account-resume',
  'location-list',
  'restore',
  'erase-contact',
] as const;

const feedSettingOptions = [
  'name',
  'location',
  'format',
  'mapping',
  'mode',
  'currency',
  'country',
  'id-from',
  'fetch',
  'encoding',
  'image-base-url',
  'host-key',
  'auth-user',
  'auth-password',
  'auth-key',
] as const;

const takes: Readonly<Record<CommandName, readonly (keyof typeof options)[]>> = {
  help: [],
  version: [],
  serve: ['functions'],
  list: ['functions', 'json'],
  crontab: ['functions', 'template'],
  invoke: ['functions', 'json', 'dry-run', 'confirm-removals', 'account-id', 'feed-id', 'location-id', 'contact-id'],
  connect: ['functions', 'json', 'location', 'location-id', 'paste', 'cookies', 'link'],
  disconnect: ['json'],
  'feed-preview': ['json', 'format', 'mapping', 'show', 'save', 'mode'],
  'deliver-events': ['json'],
  'replay-event': ['json'],
  'event-types': ['json'],
  doctor: ['functions', 'json', 'test-alert'],
  runs: ['functions', 'json', 'status', 'limit', 'before'],
  'db-indexes': ['json', 'dry-run'],
  'repair-records': ['json', 'dry-run'],
  'feed-add': ['json', 'yes', 'show', ...feedSettingOptions],
  'feed-list': ['json', 'location'],
  'feed-set': ['json', 'url', ...feedSettingOptions],
  'feed-pause': ['json'],
  'feed-resume': ['json'],
  'feed-remove': ['json', 'keep-listings', 'withdraw-listings'],
  'account-list': ['json', 'location'],
  'account-pause': ['json'],
  'account-resume': ['json'],
  'location-list': ['json'],
  restore: ['json'],
  'erase-contact': ['json', 'dry-run', 'yes'],
};

export type CommandName = (typeof commands)[number] | 'serve';

export type Options = {
  readonly [K in keyof typeof options]?: (typeof options)[K]['type'] extends 'boolean' ? boolean : string;
};

export interface CommandLine {
  readonly command: CommandName;
  readonly options: Options;
  readonly argument?: string;
}

/** @throws {UsageError} an unknown option, one of another command, a missing value, two commands */
export function parseCommandLine(argv: readonly string[]): CommandLine {
  if (argv.includes('--help') || argv.includes('-h')) return helpAbout(argv);
  const { values, positionals } = parse(argv);
  const given = commands.filter((name) => values[name] !== undefined && values[name] !== false);
  if (given.length > 1)
    throw new UsageError(`One command at a time: got ${given.map((name) => `--${name}`).join(' and ')}`);
  const command = given[0] ?? 'serve';
  const foreign = (Object.keys(values) as (keyof typeof options)[]).find(
    (name) => name !== command && !takes[command].includes(name),
  );
  if (foreign !== undefined)
    throw new UsageError(`${command === 'serve' ? 'Without a command' : `With --${command}`} there is no --${foreign}`);
  const [argument] = positionals;
  if ((command === 'runs' || command === 'restore') && positionals.length === 1 && argument !== undefined)
    return { command, options: values, argument };
  if (argument !== undefined) throw new UsageError(`Expected options only, got ${JSON.stringify(argument)}`);
  return { command, options: values };
}

/** Help is given whatever else is wrong with the command line. */
function helpAbout(argv: readonly string[]): CommandLine {
  const about = commands.find((name) => name !== 'help' && argv.some((word) => word.split('=')[0] === `--${name}`));
  return { command: 'help', options: {}, ...(about === undefined ? {} : { argument: about }) };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true, strict: true });
  } catch (error) {
    const unfinished = /Option '(?:-\w, )?(--[^ ']+)[^']*' argument/.exec((error as Error).message)?.[1];
    if (unfinished !== undefined) throw new UsageError(`${unfinished} expects a value`);
    const unknown = /Unknown option '(--?[^']+)'/.exec((error as Error).message)?.[1];
    if (unknown === undefined)
      throw new UsageError((error as Error).message.split('. ')[0] ?? 'The arguments cannot be read');
    const guess = closestName(unknown.replace(/^-+/, ''), Object.keys(options));
    throw new UsageError(`Unknown option ${unknown}${guess ? `: did you mean --${guess}?` : ''}`);
  }
}
