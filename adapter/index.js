#!/usr/bin/env node
// The launcher: plain JavaScript for Node 18 or later. Cron's PATH often has an older Node, so this file restarts
// itself with the project's own (the npm package `node`).

import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import module from 'node:module';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

const needed = 24;

// Caching is skipped where the folder is read-only.
const compileCache = fileURLToPath(new URL('../node_modules/.cache/estio-cron/compiled', import.meta.url));

/** Tells the started Node that a launcher waits for it. */
const launched = 'ESTIO_CRON_LAUNCHED';

if (Number(process.versions.node.split('.')[0]) >= needed) {
  if (process.env[launched] && process.channel) endWithLauncher(process.channel);
  module.enableCompileCache?.(compileCache);
  await import('./main.ts');
} else {
  relaunch(fileURLToPath(new URL('../node_modules/node/bin/node', import.meta.url)));
}

/** @param {string} node path */
function relaunch(node) {
  if (!existsSync(node)) {
    console.error(
      `estio-cron needs Node ${needed}, this is ${process.version}, and ${node} is missing. Run "npm ci" in the ` +
        "project's folder.",
    );
    process.exit(1);
  }
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, [launched]: '1' },
    // A terminal's Ctrl-C would otherwise arrive twice.
    detached: true,
  });
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGWINCH']))
    process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    console.error(`estio-cron could not start ${node}: ${error.message}`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => {
    process.exit(code ?? 128 + (signal ? constants.signals[signal] : 0));
  });
}

/**
 * When a killed launcher's channel closes, this process stops.
 *
 * @param {NonNullable<typeof process.channel>} channel
 */
function endWithLauncher(channel) {
  delete process.env[launched];
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  channel.unref();
}
