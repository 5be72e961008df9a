/**
 * Driven through a pipe, so it exits when our process does. A killed run leaves only its profile folder, which the next
 * launch removes.
 */

import { userInfo } from 'node:os';
import path from 'node:path';
import type { Browser } from 'puppeteer-core';
import { BrowserError, findChromium, findVisibleBrowser, type ChromiumBinary } from './chromium-binary.ts';
import { missingLibraries } from './chromium-libraries.ts';
import { delay, minute, second } from './clock.ts';
import { currentEnvironment, type Config } from './config.ts';
import { killTree, treeMemoryMb, type ProcessTree } from './process-tree.ts';
import { makeScratchFolder, removeAbandonedFolders } from './scratch-folder.ts';

export type BrowserSettings = Pick<Config, 'chromiumPath' | 'chromiumNoSandbox'>;

interface LaunchOptions {
  readonly visible?: boolean;
}

export interface LaunchedBrowser {
  readonly browser: Browser;
  readonly pid: number;
  /** Origin of nss, nspr and expat. */
  readonly libraries: 'system' | 'shipped';
  memoryMb(): Promise<number | undefined>;
  /** May still be true just after a crash. */
  responds(timeoutMs?: number): Promise<boolean>;
  /** Never throws; repeatable. */
  close(timeoutMs?: number): Promise<void>;
}

const profileKind = 'browser';

/**
 * The caller closes it. Strangers write the pages, so only CHROMIUM_NO_SANDBOX disables the sandbox.
 *
 * @throws {BrowserError} root without CHROMIUM_NO_SANDBOX; no program, system library or sandbox; no start in time
 */
export async function launchBrowser(settings: BrowserSettings, asked: LaunchOptions = {}): Promise<LaunchedBrowser> {
  if (!settings.chromiumNoSandbox && userInfo().uid === 0)
    throw new BrowserError(
      'Chromium is not started as root, because its sandbox does not work there: run the adapter as an ordinary user ' +
        '(crontab/install --systemd --user), or set CHROMIUM_NO_SANDBOX=1 in a container',
    );
  await removeLeftovers();
  const binary: ChromiumBinary = asked.visible
    ? { executablePath: await findVisibleBrowser(settings.chromiumPath) }
    : await findChromium(settings.chromiumPath);
  const options = { visible: asked.visible ?? false, sandbox: !settings.chromiumNoSandbox };
  try {
    return await launchOnce(binary, options);
  } catch (error) {
    // It lacked something briefly: try again.
    if (!/Target closed|Connection closed/.test((error as Error).message)) throw error;
    return launchOnce(binary, options);
  }
}

async function launchOnce(binary: ChromiumBinary, options: StartOptions): Promise<LaunchedBrowser> {
  const folder = await makeScratchFolder(profileKind);
  const profile = folder.path;
  const release = async (rootPid?: number) => {
    await killTree({ rootPid, marker: profile });
    await folder.remove();
  };
  try {
    const browser = await start(binary, profile, options);
    const pid = browser.process()?.pid as number;
    const tree: ProcessTree = { rootPid: pid, marker: profile };
    let closing: Promise<void> | undefined;
    return {
      browser,
      pid,
      libraries: binary.libraryPath === undefined ? 'system' : 'shipped',
      memoryMb: () => treeMemoryMb(tree),
      responds: (timeoutMs = 5 * second) =>
        within(
          timeoutMs,
          // Puppeteer answers `version()` itself.
          browser
            .defaultBrowserContext()
            .cookies()
            .then(() => true),
        ).then((answer) => answer === true),
      close: (timeoutMs = 5 * second) => (closing ??= closePolitely(browser, timeoutMs).then(() => release(pid))),
    };
  } catch (error) {
    await release();
    throw await explainLaunchError(error, binary);
  }
}

interface StartOptions {
  readonly visible: boolean;
  readonly sandbox: boolean;
}

async function start(binary: ChromiumBinary, profile: string, options: StartOptions): Promise<Browser> {
  const { launch } = await import('puppeteer-core');
  return launch({
    executablePath: binary.executablePath,
    headless: options.visible ? false : 'shell',
    pipe: true,
    userDataDir: path.join(profile, 'profile'),
    timeout: 30 * second,
    protocolTimeout: minute,
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
    env: { ...browserEnvironment(profile, binary), ...(options.visible ? {} : { TMPDIR: profile }) },
    args: [
      ...(options.sandbox ? [] : ['--no-sandbox', '--disable-setuid-sandbox']),
      ...(options.visible
        ? []
        : ['--disable-gpu', '--mute-audio', '--hide-scrollbars', '--blink-settings=imagesEnabled=false']),
      // A container's /dev/shm is often 64 MB: pages crash there.
      '--disable-dev-shm-usage',
      '--no-first-run',
      '--no-default-browser-check',
      '--no-pings',
      '--disable-breakpad',
      '--disk-cache-size=33554432',
    ],
    ...(options.visible ? { defaultViewport: null } : { defaultViewport: { width: 1280, height: 900 } }),
  });
}

/** No secrets. A visible browser's socket needs a short path, so its temporary files lie elsewhere. */
function browserEnvironment(profile: string, binary: ChromiumBinary): Record<string, string> {
  const kept = [
    'PATH',
    'LANG',
    'LC_ALL',
    'TZ',
    'TMPDIR',
    'LD_LIBRARY_PATH',
    'DISPLAY',
    'WAYLAND_DISPLAY',
    'XAUTHORITY',
    'XDG_RUNTIME_DIR',
    'HTTP_PROXY',
    'HTTPS_PROXY',
    'NO_PROXY',
  ];
  const environment = currentEnvironment();
  const entries = kept
    .filter((name) => environment[name] !== undefined)
    .map((name) => [name, environment[name] as string]);
  return {
    ...Object.fromEntries(entries),
    HOME: profile,
    ...(binary.libraryPath ? { LD_LIBRARY_PATH: binary.libraryPath } : {}),
    ...(binary.fontsFile ? { FONTCONFIG_FILE: environment['FONTCONFIG_FILE'] ?? binary.fontsFile } : {}),
  };
}

function closePolitely(browser: Browser, timeoutMs: number): Promise<void> {
  return within(timeoutMs, browser.close());
}

async function within<Value>(timeoutMs: number, work: Promise<Value>): Promise<Value | undefined> {
  const waiting = new AbortController();
  try {
    return await Promise.race([
      work.catch(() => undefined),
      delay(timeoutMs, waiting.signal).then(
        () => undefined,
        () => undefined,
      ),
    ]);
  } finally {
    waiting.abort();
  }
}

async function explainLaunchError(error: unknown, binary: ChromiumBinary): Promise<BrowserError> {
  const { executablePath, shippedLibraries } = binary;
  const message = error instanceof Error ? error.message : String(error);
  if (/no usable sandbox|sandbox.*(denied|not permitted)/i.test(message))
    return new BrowserError(
      'Chromium did not start: this host permits no sandbox, for which it needs user namespaces (sysctl ' +
        'kernel.apparmor_restrict_unprivileged_userns=0 on Ubuntu); permit them, or set CHROMIUM_NO_SANDBOX=1 in ' +
        'a container',
      error,
    );
  const libraries = await missingLibraries(executablePath, shippedLibraries);
  return new BrowserError(
    libraries ?? `Chromium (${executablePath}) did not start: ${message.replace(/\s*\n\s*/g, ' | ').slice(0, 800)}`,
    error,
  );
}

function removeLeftovers(): Promise<number> {
  return removeAbandonedFolders(profileKind, (folder) => killTree({ rootPid: undefined, marker: folder }));
}
