import type { BrowserSettings } from '../../shared/platform/browser.ts';

/** Tests run as root and in containers, with their own pages. */
export const testBrowser: BrowserSettings = { chromiumPath: undefined, chromiumNoSandbox: true };
