import { defineConfig } from '@playwright/test';
import { chromiumLaunch } from '../scripts/chromium';

export default defineConfig({
	testDir: '.',
	globalSetup: './global-setup.ts',
	outputDir: '../test-results',
	// All journeys share one inbox and one row of settings.
	workers: 1,
	fullyParallel: false,
	forbidOnly: true,
	timeout: 60_000,
	expect: { timeout: 10_000 },
	reporter: 'list',
	use: {
		browserName: 'chromium',
		launchOptions: chromiumLaunch(),
		locale: 'en-US',
		timezoneId: 'Europe/Berlin',
		trace: 'retain-on-failure',
	},
});
