import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sql } from './helpers/database';
import { createConversation, createStaff, send, storedChat } from './helpers/people';

async function preview(text: string, length = 100): Promise<string> {
	const [row] = await sql<{ preview: string }[]>`
		select support_private.preview(${text}, ${length}) as preview`;
	return row!.preview;
}

const graphemes = (text: string): string[] =>
	Array.from(new Intl.Segmenter('en').segment(text), ({ segment }) => segment);
const codePoints = (text: string): number => Array.from(text).length;

describe('the preview of a message', () => {
	test.each([
		['short text', 'Hello', 'Hello'],
		['line ends and runs of blanks become one space', ' a\n\n b\t\tc ', 'a b c'],
		['invisible ends are cut', '\u200b\ufeffhi\u2060', 'hi'],
		['exactly a hundred characters stay whole', 'x'.repeat(100), 'x'.repeat(100)],
		['the hundred and first goes', 'x'.repeat(101), 'x'.repeat(100)],
		['a hundred emoji are a hundred characters', '😀'.repeat(120), '😀'.repeat(100)],
		['a heart in colour keeps its colour', 'thanks ❤️', 'thanks ❤️'],
		['markup stays text', '<b>x</b>', '<b>x</b>'],
	])('%s', async (_what, text, expected) => {
		expect(await preview(text)).toBe(expected);
	});

	const joined = [
		['a family', '👨‍👩‍👧‍👦'],
		['a skin tone', '👋🏽'],
		['a flag', '🇩🇪'],
		['a flag of a region', '🏴󠁧󠁢󠁥󠁮󠁧󠁿'],
		['a keycap', '1️⃣'],
		['a heart in colour', '❤️'],
		['an accent', 'e\u0301'],
		['an accent of every kind', 'Z\u0351\u036b\u0343'],
		['Hebrew points', '\u05e9\u05b8\u05dc'],
		['Arabic vowels', '\u0645\u064f'],
		['Devanagari', '\u0928\u093f'],
		['Bengali', '\u0995\u09bf'],
		['Tamil', '\u0ba8\u0bbf'],
		['Thai', '\u0e01\u0e34\u0e48'],
		['Thai am', '\u0e01\u0e33'],
		['Korean letters', '\u1112\u1161\u11ab'],
		['a technologist with a skin tone', '👩🏿‍💻'],
	] as const;

	test.each(joined)('never ends inside %s', async (_what, one) => {
		for (let before = 90; before <= 100; before++) {
			const text = 'x'.repeat(before) + one.repeat(30);
			const cut = await preview(text);
			const whole = graphemes(text);
			expect(whole.slice(0, graphemes(cut).length).join('')).toBe(cut);
			expect(codePoints(cut)).toBeLessThanOrEqual(100);
			// and no more is cut than that one character
			expect(codePoints(cut)).toBeGreaterThan(100 - codePoints(graphemes(one)[0]!) - 1);
		}
	});

	test('of any mixture is a row of whole characters from its beginning', async () => {
		const parts = fc.constantFrom(...joined.map(([, one]) => one), 'a', 'é', '漢', '!');
		const texts = fc.array(parts, { minLength: 20, maxLength: 150 }).map((all) => all.join(''));
		await fc.assert(
			fc.asyncProperty(texts, async (text) => {
				const cut = await preview(text);
				expect(codePoints(cut)).toBeLessThanOrEqual(100);
				const whole = graphemes(text);
				expect(whole.slice(0, graphemes(cut).length).join('')).toBe(cut);
			}),
			{ numRuns: 100 },
		);
	});

	test('of a letter under four thousand accents is still short', async () => {
		const cut = await preview(`a${'\u0301'.repeat(3999)}`);
		expect(codePoints(cut)).toBeLessThanOrEqual(100);
		expect(cut.startsWith('a')).toBe(true);
	});

	test('is what the inbox keeps of the newest message', async () => {
		const { chatId } = await createConversation(`${'long '.repeat(50)}end`);
		const chat = await storedChat(chatId);
		expect(chat.last_message_preview).toBe('long '.repeat(50).slice(0, 100));
		expect(chat.last_message_sender).toBe('user');
		await send(await createStaff(), chatId, 'short\nanswer');
		expect(await storedChat(chatId)).toMatchObject({
			last_message_preview: 'short answer',
			last_message_sender: 'admin',
		});
	});
});
