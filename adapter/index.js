#!/usr/bin/env node
// The launcher: plain JavaScript for any Node from 18 on. The project itself runs on Node 24; cron's PATH often has an
// older one, so this file starts itself again with the Node that the project brings along (the npm package `node`).

import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import module from 'node:module';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

const needed = 24;

// Compiled code is kept between starts; where the folder cannot be written, nothing is kept.
const compileCache = fileURLToPath(new URL('../node_modules/.cache/estio-cron/compiled', import.meta.url));

if (Number(process.versions.node.split('.')[0]) >= needed) {
  module.enableCompileCache?.(compileCache);
  await import('./main.ts');
} else {
  relaunch(fileURLToPath(new URL('../node_modules/node/bin/node', import.meta.url)));
}

/** @param {string} node the project's own Node */
function relaunch(node) {
  if (!existsSync(node)) {
    console.error(`estio-cron needs Node ${needed}, this is ${process.version}, and ${node} is missing. Run "npm ci" in the project's folder.`);
    process.exit(1);
  }
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' });
  // A terminal sends Ctrl-C to both; a supervisor only to this one.
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'])) {
    process.on(signal, () => {
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    });
  }
  child.on('error', (error) => {
    console.error(`estio-cron could not start ${node}: ${error.message}`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => {
    process.exit(code ?? 128 + (signal ? constants.signals[signal] : 0));
  });
}
