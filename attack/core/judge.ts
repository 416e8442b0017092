import { inspect } from './inspect';
import type { Answer } from './target';
import type { Caller } from '../people/callers';

/** The problems of an answer to a caller: those of `inspect`; and callers without rights must be refused. */
export function judge(caller: Caller, question: string, answer: Answer): string[] {
	const problems = inspect(answer, {
		words: caller.forbidden,
		question,
		seesAllRows: caller.rights === 'service',
	});
	if (caller.rights === 'nothing' && answer.status < 300)
		problems.push(`is answered: ${answer.status} ${answer.text.slice(0, 200)}`);
	return problems;
}

/** A request, as printed next to a breach. */
export function shorten(text: string): string {
	return text.length <= 400 ? text : `${text.slice(0, 400)}… (${text.length} characters)`;
}
