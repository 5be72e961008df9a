import type { BrowserSettings } from '../../shared/platform/browser.ts';

export const testBrowser: BrowserSettings = { chromiumPath: undefined, chromiumNoSandbox: true };
