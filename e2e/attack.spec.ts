import { attackNetwork } from '../attack/proxy/index';
import { Random } from '../attack/core/random';
import { describeBreaches, Report } from '../attack/core/report';
import { expect, test } from './support/fixtures';

test('after cut and stalled connections, both screens show the stored messages in order', async ({
	browser,
	site,
	db,
}) => {
	test.setTimeout(180_000);
	const report = new Report();
	await attackNetwork({ browser, site, sql: db, random: new Random('1'), report });
	expect(describeBreaches(report.breaches)).toBe('');
	expect(report.attacks).toBeGreaterThan(15);
});
