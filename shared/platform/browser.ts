/**
 * One headless Chromium, from its start to its last process and file. `puppeteer-core` and `@sparticuz/chromium` are
 * loaded when a browser is asked for and stay outside the bundles.
 *
 * The browser cannot outlive us: it is driven through a pipe, whose end closes with our process, and
 * Chromium exits with it. What a killed run can leave is its profile folder; `removeLeftovers` (every launch calls it)
 * takes that away, and any process that still names it.
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

/** Which Chromium, and whether it may go without its sandbox. */
export type BrowserSettings = Pick<Config, 'chromiumPath' | 'chromiumNoSandbox'>;

interface LaunchOptions {
  /** With a window, for a person; the default is headless. */
  readonly visible?: boolean;
}

export interface LaunchedBrowser {
  readonly browser: Browser;
  readonly pid: number;
  /** Whose nss, nspr and expat it has loaded: the system's, or those that the npm package ships. */
  readonly libraries: 'system' | 'shipped';
  /** Memory of the browser with all its processes, MB; undefined where it cannot be read. */
  memoryMb(): Promise<number | undefined>;
  /** Whether it still answers; one that has just died may not have been noticed yet. */
  responds(timeoutMs?: number): Promise<boolean>;
  /**
   * Closes it, kills by pid what does not go within `timeoutMs`, removes the profile. Never throws; may be called
   * again.
   */
  close(timeoutMs?: number): Promise<void>;
}

const profileKind = 'browser';

/**
 * Starts a browser with a new, empty profile. The caller closes it on every path (`try`/`finally`).
 *
 * What it shows is written by strangers, so it goes without its sandbox only where CHROMIUM_NO_SANDBOX says so.
 *
 * @throws {BrowserError} root without CHROMIUM_NO_SANDBOX, no program, a missing system library (with the Debian
 *   packages), no sandbox on this host, no start in time
 */
export async function launchBrowser(settings: BrowserSettings, asked: LaunchOptions = {}): Promise<LaunchedBrowser> {
  if (!settings.chromiumNoSandbox && userInfo().uid === 0)
    throw new BrowserError(
      'Chromium is not started as root, for whom it has no sandbox: run the adapter as an ordinary user ' +
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
    // On a host that is short of something for a moment it ends in its first second: that says nothing about the next
    // one.
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
          browser.version().then(() => true),
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

/**
 * What a browser needs of our environment: nothing that is secret; HOME is the profile, so nothing is left elsewhere.
 * (Its temporary files too, unless it is visible: then a socket is among them, whose path must be short.)
 */
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

/** What comes of something in this time; `undefined` when it fails or takes longer. */
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

/**
 * Takes away what killed runs left: their profile folders, and processes that still name one. Returns how many folders.
 */
function removeLeftovers(): Promise<number> {
  return removeAbandonedFolders(profileKind, (folder) => killTree({ rootPid: undefined, marker: folder }));
}
