import { chromium, type Browser } from 'playwright';
import { chromiumLaunch } from '../../scripts/chromium';

/** A Chromium of its own for tests that need pages of their own. */
export const launchBrowser = (): Promise<Browser> => chromium.launch(chromiumLaunch());
