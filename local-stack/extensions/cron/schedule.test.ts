import { describe, expect, it } from 'vitest';
import { parseSchedule } from './schedule';

function runsAt(schedule: string, time: string): boolean {
	const parsed = parseSchedule(schedule);
	if (parsed?.kind !== 'cron') throw new Error(`${schedule} is no cron expression`);
	return parsed.matches(new Date(time));
}

describe('parseSchedule', () => {
	it.each([
		['* * * * *', '2026-11-21T09:37:00Z', true],
		['*/5 * * * *', '2026-11-21T09:35:00Z', true],
		['*/5 * * * *', '2026-11-21T09:36:00Z', false],
		['7/10 * * * *', '2026-11-21T09:27:00Z', true],
		['7/10 * * * *', '2026-11-21T09:06:00Z', false],
		['0 9-17 * * 1-5', '2026-11-20T09:00:00Z', true],
		['0 9-17 * * 1-5', '2026-11-21T09:00:00Z', false],
		['15,45 3 * * *', '2026-11-21T03:45:00Z', true],
		['0 0 $ * *', '2026-11-30T00:00:00Z', true],
		['0 0 $ * *', '2028-02-28T00:00:00Z', false],
		['0 0 $ * *', '2028-02-29T00:00:00Z', true],
		['0 0 * jan-mar *', '2026-02-10T00:00:00Z', true],
		['0 0 * JAN-MAR *', '2026-04-10T00:00:00Z', false],
		['0 0 * * 7', '2026-11-22T00:00:00Z', true],
		['0 0 * * sun', '2026-11-22T00:00:00Z', true],
	])('"%s" at %s runs: %s', (schedule, time, expected) => {
		expect(runsAt(schedule, time)).toBe(expected);
	});

	it('accepts either day if both day of month and weekday are restricted', () => {
		expect(runsAt('0 0 13 * 5', '2026-11-13T00:00:00Z')).toBe(true);
		expect(runsAt('0 0 13 * 5', '2026-11-20T00:00:00Z')).toBe(true);
		expect(runsAt('0 0 13 * 5', '2026-11-21T00:00:00Z')).toBe(false);
	});

	it('reads intervals of 1 to 59 seconds', () => {
		expect(parseSchedule('30 seconds')).toEqual({ kind: 'interval', seconds: 30 });
		expect(parseSchedule(' 1 SECOND ')).toEqual({ kind: 'interval', seconds: 1 });
	});

	it.each([
		'',
		'* * * *',
		'* * * * * *',
		'60 * * * *',
		'5-1 * * * *',
		'*/0 * * * *',
		'a * * * *',
		'* 24 * * *',
		'* * 0 * *',
		'* * * foo *',
		', * * * *',
		'*-5 * * * *',
		'0 seconds',
		'60 seconds',
		'1.5 seconds',
	])('rejects "%s"', (schedule) => {
		expect(parseSchedule(schedule)).toBeNull();
	});
});
