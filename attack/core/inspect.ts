import type { Answer } from './target';

/** Words in an answer that come from inside: a stack trace, SQL, a file's path. */
const INSIDE = [
	/\n\s+at .+:\d+:\d+/,
	/node_modules|file:\/\/\/|\/(supabase\/(functions|migrations)|local-stack)\//,
	/PL\/pgSQL function|SQL statement "|SQL function "/,
	/support_private\./,
	/postgres(ql)?:\/\//,
];

const QUOTED_ROW = /Failing row contains/;

/** The words of other people that must not be in the answer, unless they stood in the question. */
export interface Forbidden {
	words: readonly string[];
	question: string;
	/** May the caller read every row anyway? Then an error may quote one. */
	seesAllRows?: boolean;
}

/** What is wrong with an answer, whoever asked: it failed, it hung, or it says what it must not say. */
export function inspect(answer: Answer, forbidden: Forbidden): string[] {
	const problems: string[] = [];
	const hasFailed = answer.status === 0 || answer.status >= 500;
	const isTheirs = isTooDeep(answer, forbidden.question) || isNulInPath(answer, forbidden.question);
	if (hasFailed && !isTheirs)
		problems.push(`status ${answer.status}: ${answer.text.slice(0, 300)}`);
	const said = forbidden.question;
	const patterns = forbidden.seesAllRows ? INSIDE : [...INSIDE, QUOTED_ROW];
	const inside = patterns
		.map((pattern) => pattern.exec(answer.text)?.[0])
		.find((found) => found !== undefined && !said.includes(found));
	if (inside !== undefined) problems.push(`says what is inside: ${excerpt(answer.text, inside)}`);
	const leaked = forbidden.words.find((word) => answer.text.includes(word) && !said.includes(word));
	if (leaked !== undefined)
		problems.push(`tells another person's words: ${excerpt(answer.text, leaked)}`);
	return problems;
}

/**
 * Postgres refuses JSON that is nested tens of thousands deep (54001), and an array with more than six dimensions (54000), while
 * PostgREST has the body converted, before any function is called. PostgREST answers that with 500. Nothing of the product runs
 * then. The local stack's REST says the same of tables in words of its own.
 */
function isTooDeep({ text }: Answer, question: string): boolean {
	const isRefused = /"code":"5400[01]"|number of array dimensions|Maximum call stack/.test(text);
	return isRefused && /(\[ *){7}|(\{"a":){10000}/.test(question);
}

/** Storage checks a path after the policies when it signs an upload, and Postgres takes no NUL; Storage answers 500, and signs nothing. */
function isNulInPath({ text }: Answer, question: string): boolean {
	return text.includes('database error, code: 22021') && question.includes('%00');
}

function excerpt(text: string, found: string): string {
	const at = text.indexOf(found);
	return text.slice(Math.max(0, at - 60), at + 120).replaceAll('\n', ' ');
}
