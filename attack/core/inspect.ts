import type { Answer } from './target';

/** Internals that an answer must not contain: a stack trace, SQL, a file's path. */
const INSIDE = [
	/\n\s+at .+:\d+:\d+/,
	/node_modules|file:\/\/\/|\/(supabase\/(functions|migrations)|local-stack)\//,
	/PL\/pgSQL function|SQL statement "|SQL function "/,
	/support_private\./,
	/postgres(ql)?:\/\//,
];

const QUOTED_ROW = /Failing row contains/;

/** Text of other people that an answer must not contain, unless the request contained it. */
export interface Forbidden {
	words: readonly string[];
	question: string;
	/** Callers who may read every row anyway: an error may quote one. */
	seesAllRows?: boolean;
}

/** The problems of an answer for any caller: an error, a timeout, or forbidden text. */
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
		problems.push(`contains another person's words: ${excerpt(answer.text, leaked)}`);
	return problems;
}

/**
 * Postgres refuses JSON nested tens of thousands deep (54001), and arrays of more than six dimensions (54000),
 * while PostgREST converts the body. No function of the product runs, and PostgREST answers 500. The local
 * stack's REST does the same for tables.
 */
function isTooDeep({ text }: Answer, question: string): boolean {
	const isRefused = /"code":"5400[01]"|number of array dimensions|Maximum call stack/.test(text);
	return isRefused && /(\[ *){7}|(\{"a":){10000}/.test(question);
}

/**
 * When Storage signs an upload, it evaluates the policies before it checks the path. Postgres rejects NUL;
 * Storage answers 500 and signs nothing.
 */
function isNulInPath({ text }: Answer, question: string): boolean {
	return text.includes('database error, code: 22021') && question.includes('%00');
}

function excerpt(text: string, found: string): string {
	const at = text.indexOf(found);
	return text.slice(Math.max(0, at - 60), at + 120).replaceAll('\n', ' ');
}
