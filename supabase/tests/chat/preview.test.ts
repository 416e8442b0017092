import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sql } from '../helpers/database';
import { createConversation, createAgent, send, storedChat } from '../helpers/people';

async function preview(text: string, length = 100): Promise<string> {
	const [row] = await sql<{ preview: string }[]>`
		select support_private.preview(${text}, ${length}) as preview`;
	return row!.preview;
}

const graphemes = (text: string): string[] =>
	Array.from(new Intl.Segmenter('en').segment(text), ({ segment }) => segment);
const codePoints = (text: string): number => Array.from(text).length;

function expectWholeCharacters(cut: string, text: string): void {
	const kept = cut === text ? cut : cut.replace(/…$/, '');
	expect(graphemes(text).slice(0, graphemes(kept).length).join('')).toBe(kept);
	expect(cut).toBe(kept === text ? text : `${kept}…`);
}

describe('the preview of a message', () => {
	test.each([
		['short text', 'Hello', 'Hello'],
		['line ends and runs of blanks become one space', ' a\n\n b\t\tc ', 'a b c'],
		['invisible ends are cut', '\u200b\ufeffhi\u2060', 'hi'],
		['exactly a hundred characters stay whole', 'x'.repeat(100), 'x'.repeat(100)],
		['of a longer word, an ellipsis is the hundredth', 'x'.repeat(101), `${'x'.repeat(99)}…`],
		['a hundred emoji are a hundred characters', '😀'.repeat(100), '😀'.repeat(100)],
		['more emoji are cut between two', '😀'.repeat(120), `${'😀'.repeat(99)}…`],
		['a word that would be cut is left out', `${'x'.repeat(90)} unfinished`, `${'x'.repeat(90)}…`],
		['a word that just fits stays', `${'x'.repeat(94)} ends here`, `${'x'.repeat(94)} ends…`],
		['a long address is cut', `see ${'x'.repeat(200)}`, `see ${'x'.repeat(95)}…`],
		['a heart in colour keeps its colour', 'thanks ❤️', 'thanks ❤️'],
		['markup stays text', '<b>x</b>', '<b>x</b>'],
	])('%s', async (_what, text, expected) => {
		expect(await preview(text)).toBe(expected);
	});

	const joined = [
		['a family', '👨‍👩‍👧‍👦'],
		['a skin tone', '👋🏽'],
		['a keycap', '1️⃣'],
		['a heart in colour', '❤️'],
		['an accent', 'e\u0301'],
		['an accent of every kind', 'Z\u0351\u036b\u0343'],
		['a technologist with a skin tone', '👩🏿‍💻'],
	] as const;

	test.each(joined)('never ends inside %s', async (_what, one) => {
		for (let before = 90; before <= 100; before++) {
			const text = 'x'.repeat(before) + one.repeat(30);
			const cut = await preview(text);
			expectWholeCharacters(cut, text);
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
				expectWholeCharacters(cut, text);
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
		expect(chat.last_message_preview).toBe(`${'long '.repeat(50).slice(0, 99)}…`);
		expect(chat.last_message_sender).toBe('user');
		await send(await createAgent(), chatId, 'short\nanswer');
		expect(await storedChat(chatId)).toMatchObject({
			last_message_preview: 'short answer',
			last_message_sender: 'admin',
		});
	});
});
