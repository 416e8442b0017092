import { LOCALE, number } from '../strings/count';
import { reportsStrings as strings } from '../strings/reports';
import type { CsvCell } from './csv';
import { duration } from './duration';
import { eachDay, type DayRange } from './range';
import type { AgentNumbers, Report, ReportNumbers } from './report';

/** The kind of a column's cells: words, a day, a count, seconds, a mean, a share. */
type CellKind = 'text' | 'day' | 'count' | 'seconds' | 'mean' | 'share';

export interface Column {
	label: string;
	kind: CellKind;
}

/** A table of the report: what the page shows and what the CSV holds is the same. */
export interface ReportTable {
	id: TableId;
	title: string;
	columns: Column[];
	rows: CsvCell[][];
}

export const TABLE_IDS = ['days', 'agents', 'ratings', 'customers', 'pages'] as const;
export type TableId = (typeof TABLE_IDS)[number];

const { columns: names, tables: titles } = strings;

/** One table of a report. */
export function reportTable(id: TableId, report: Report, range: DayRange): ReportTable {
	return { id, title: titles[id], ...CONTENT[id](report, range) };
}

type Content = Pick<ReportTable, 'columns' | 'rows'>;

const CONTENT: Record<TableId, (report: Report, range: DayRange) => Content> = {
	days(report, range) {
		const counted = new Map(report.days.map(({ day, conversations }) => [day, conversations]));
		return {
			columns: [column('day', 'day'), column('conversations', 'count')],
			rows: eachDay(range).map((day) => [day, counted.get(day) ?? 0]),
		};
	},
	agents: ({ total, agents }) => ({
		columns: [
			column('agent', 'text'),
			column('conversations', 'count'),
			column('ended', 'count'),
			column('waitingMedian', 'seconds'),
			column('waitingP90', 'seconds'),
			column('firstReplyMedian', 'seconds'),
			column('firstReplyP90', 'seconds'),
			column('durationMedian', 'seconds'),
			column('durationP90', 'seconds'),
			column('rated', 'count'),
			column('ratingMean', 'mean'),
		],
		rows: [...agents.map((agent) => row(agentName(agent), agent)), row(strings.all, total)],
	}),
	ratings: ({ total }) => ({
		columns: [column('stars', 'text'), column('ratings', 'count'), column('share', 'share')],
		rows: total.ratings
			.map((count, index) => [
				strings.stars(index + 1),
				count,
				total.rated === 0 ? null : Math.round((count / total.rated) * 1000) / 1000,
			])
			.reverse(),
	}),
	customers: ({ customers }) => ({
		columns: [column('customers', 'count'), column('repeat', 'count')],
		rows: [[customers.total, customers.repeat]],
	}),
	pages: ({ pages }) => ({
		columns: [column('page', 'text'), column('conversations', 'count')],
		rows: pages.map(({ page, conversations }) => [page, conversations]),
	}),
};

const column = (name: keyof typeof names, kind: CellKind): Column => ({ label: names[name], kind });

const row = (who: string, of: ReportNumbers): CsvCell[] => [
	who,
	of.conversations,
	of.ended,
	...[of.waiting_seconds, of.first_reply_seconds, of.duration_seconds].flatMap(
		({ median, p90 }) => [tenth(median), tenth(p90)],
	),
	of.rated,
	of.rating_mean,
];

const tenth = (value: number | null) => (value === null ? null : Math.round(value * 10) / 10);

function agentName({ agent_id, display_name }: AgentNumbers): string {
	return display_name ?? (agent_id === null ? strings.nobody : strings.removed);
}

const mean = new Intl.NumberFormat(LOCALE, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const share = new Intl.NumberFormat(LOCALE, { style: 'percent', maximumFractionDigits: 1 });
const date = new Intl.DateTimeFormat(LOCALE, { dateStyle: 'medium', timeZone: 'UTC' });

/** A cell in words, for people. */
export function cellText(value: CsvCell, kind: CellKind): string {
	if (value === null) return strings.none;
	if (typeof value === 'string') return kind === 'day' ? date.format(Date.parse(value)) : value;
	if (kind === 'seconds') return duration(value);
	if (kind === 'mean') return mean.format(value);
	return (kind === 'share' ? share : number).format(value);
}

/** A column's name where its numbers stand without a unit. */
export const csvLabel = ({ label, kind }: Column): string =>
	kind === 'seconds' ? strings.inSeconds(label) : label;
