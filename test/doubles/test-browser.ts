import type { BrowserSettings } from '../../shared/platform/browser.ts';

/** For tests, which run as root and in containers too, and open only pages of their own. */
export const testBrowser: BrowserSettings = { chromiumPath: undefined, chromiumNoSandbox: true };
