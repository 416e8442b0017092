import { type Prose } from './read-prose';
import { WORDS_TO_AVOID } from './words';

const LONGEST_SENTENCE = 35;

/** The problems of one paragraph, each as one line. */
export function checkProse({ kind, text }: Prose): string[] {
	const plain = text
		.replace(/`[^`]*`/g, '`code`')
		.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
		.replace(/https?:\S+/g, 'address')
		.replace(/\{[^}]*\}/g, 'shape');
	const problems: string[] = [];
	const isQuestion = /^[^.]*\?/.test(plain);
	if (kind !== 'text' && /^([-*] |\d+\. |@\w+ )?\**What\b/.test(plain) && !isQuestion)
		problems.push('begins with "What": name the subject');
	for (const [word, instead] of WORDS_TO_AVOID) {
		const found = word.exec(plain)?.[0];
		if (found) problems.push(`"${found}": write ${instead}`);
	}
	if (plain.startsWith('Creates:')) return problems;
	for (const sentence of plain.split(/(?<=[.!?])\s+/)) {
		const words = sentence.split(/\s+/).filter((word) => /[\p{L}\d]/u.test(word)).length;
		if (words > LONGEST_SENTENCE)
			problems.push(`a sentence of ${words} words (at most ${LONGEST_SENTENCE}): ${sentence}`);
	}
	return problems;
}
