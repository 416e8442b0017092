import { describe, expect, it } from 'vitest';
import { eachDay, rangeMoments, rangeQuery, readRange, todayIn } from './range';

const today = '2026-11-21';
const read = (query: string) => readRange(new URLSearchParams(query), today);

describe('the days in an address', () => {
	it('are the last 30, with today, if the address has none', () => {
		expect(read('').range).toEqual({ from: '2026-10-23', to: today, preset: '30' });
		expect(eachDay(read('').range)).toHaveLength(30);
	});

	it('are those of a preset', () => {
		expect(read('days=7').range).toEqual({ from: '2026-11-15', to: today, preset: '7' });
		expect(read('days=12').range.preset).toBe('30');
	});

	it('are the chosen ones, both included', () => {
		const { range, problem } = read('from=2026-02-27&to=2026-03-01');
		expect(problem).toBeNull();
		expect(eachDay(range)).toEqual(['2026-02-27', '2026-02-28', '2026-03-01']);
		expect(read(rangeQuery(range)).range).toEqual(range);
	});

	it.each([
		'from=2026-02-30&to=2026-03-01',
		'from=2026-03-01',
		'from=&to=',
		"from=2026-01-01'&to=2026-03-01",
		'from=+020000-01-01&to=2026-03-01',
		'from=2026-1-1&to=2026-03-01',
	])('are not what %j says', (query) => {
		expect(read(query)).toMatchObject({ problem: 'date', range: { preset: '30' } });
	});

	it.each(['from=2026-03-02&to=2026-03-01', 'from=2020-01-01&to=2026-01-01'])(
		'cannot be those of %j',
		(query) => {
			expect(read(query).problem).toBe('range');
		},
	);
});

describe('the limits of a report in the database', () => {
	it('are midnights in the time zone of the settings, with the last day included', () => {
		expect(
			rangeMoments({ from: '2026-12-31', to: '2026-12-31', preset: null }, 'Europe/Berlin'),
		).toEqual({
			p_from: '2026-12-31 00:00:00 Europe/Berlin',
			p_to: '2027-01-01 00:00:00 Europe/Berlin',
		});
	});
});

describe('today', () => {
	const now = Date.parse('2026-11-21T23:30:00Z');

	it('is another day in another time zone', () => {
		expect(todayIn('UTC', now)).toBe('2026-11-21');
		expect(todayIn('Asia/Tokyo', now)).toBe('2026-11-22');
	});

	it('is that of UTC if only Postgres has the zone', () => {
		expect(todayIn('posix/Asia/Tokyo', now)).toBe('2026-11-21');
	});
});
