import { describe, expect, it } from 'vitest';
import { duration } from './duration';
import type { ReportNumbers } from './report';
import { cellText, csvLabel, reportTable } from './tables';
import { testReport } from './testing/report';

const range = { from: '2026-11-01', to: '2026-11-03', preset: null };
const table = (id: Parameters<typeof reportTable>[0], given = {}) =>
	reportTable(id, testReport(given), range);

describe('a table of the report', () => {
	it('has a row for each day, also without conversations', () => {
		const days = [{ day: '2026-11-02', conversations: 4 }];
		expect(table('days', { days }).rows).toEqual([
			['2026-11-01', 0],
			['2026-11-02', 4],
			['2026-11-03', 0],
		]);
	});

	it('names former agents and conversations without an agent, and has a total', () => {
		const numbers: ReportNumbers = testReport().total;
		const agents = [
			{ ...numbers, agent_id: 'a', display_name: 'Mika' },
			{ ...numbers, agent_id: 'b', display_name: null },
			{ ...numbers, agent_id: null, display_name: null },
		];
		expect(table('agents', { agents }).rows.map(([who]) => who)).toEqual([
			'Mika',
			'Former agent',
			'Unassigned',
			'All',
		]);
	});

	it('shows the share of each rating, the best first', () => {
		expect(table('ratings').rows[0]).toEqual(['5 stars', 3, 0.75]);
		expect(table('ratings').rows[4]).toEqual(['1 star', 1, 0.25]);
	});

	it('has no shares without ratings', () => {
		const total = { ...testReport().total, ratings: [0, 0, 0, 0, 0], rated: 0, rating_mean: null };
		expect(table('ratings', { total }).rows[0]).toEqual(['5 stars', 0, null]);
	});

	it('writes the unit of each number into the file', () => {
		expect(table('agents').columns.map(csvLabel)).toContain('Waiting, median (seconds)');
	});
});

it.each([
	[0, '0s'],
	[59.6, '1m'],
	[130, '2m 10s'],
	[3600, '1h'],
	[11_100, '3h 5m'],
	[187_200, '2d 4h'],
	[-5, '0s'],
])('%d seconds are %s', (seconds, words) => {
	expect(duration(seconds)).toBe(words);
});

it('shows a dash for unknown values', () => {
	expect(cellText(null, 'seconds')).toBe('–');
	expect(cellText(0.255, 'share')).toBe('25.5%');
	expect(cellText('2026-11-01', 'day')).toBe('Nov 1, 2026');
});
