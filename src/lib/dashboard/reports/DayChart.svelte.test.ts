import { expect, it, vi } from 'vitest';
import { render } from 'vitest-browser-svelte';
import DayChart from './DayChart.svelte';
import RatingBars from './RatingBars.svelte';
import ReportTableView from './ReportTableView.svelte';
import { reportTable } from './tables';
import { testReport } from './testing/report';

const range = { from: '2026-11-01', to: '2026-11-03', preset: null };
const days = [{ day: '2026-11-02', conversations: 4 }];

it('draws a chart as wide as its place, hidden from screen readers', async () => {
	const screen = await render(DayChart, {
		days: [
			{ day: '2026-11-01', count: 1 },
			{ day: '2026-11-02', count: 4 },
		],
	});
	const place = screen.container.querySelector<HTMLElement>('[aria-hidden="true"]');
	await vi.waitFor(() => expect(place?.querySelector('canvas')).not.toBeNull());
	const canvas = place?.querySelector('canvas');
	expect(canvas?.clientWidth).toBe(place?.clientWidth);
	const pixels = canvas?.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data;
	expect(pixels?.some((value) => value !== 0)).toBe(true);
});

it('has the same numbers in a table with names for its columns and rows', async () => {
	const screen = await render(ReportTableView, {
		table: reportTable('days', testReport({ days }), range),
	});
	const table = screen.getByRole('table', { name: 'Conversations per day' });
	await expect.element(table.getByRole('columnheader', { name: 'Day' })).toBeInTheDocument();
	await expect.element(table.getByRole('row', { name: 'Nov 2, 2026 4' })).toBeInTheDocument();
	await expect.element(table.getByRole('row', { name: 'Nov 3, 2026 0' })).toBeInTheDocument();
});

it('shows ratings in words and numbers, not by bars alone', async () => {
	const screen = await render(RatingBars, { table: reportTable('ratings', testReport(), range) });
	await expect.element(screen.getByRole('row', { name: '5 stars 3 75%' })).toBeInTheDocument();
});
