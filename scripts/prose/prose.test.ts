import { describe, expect, it } from 'vitest';
import { checkProse } from './check-prose';
import { readProse } from './read-prose';

const found = (path: string, source: string) =>
	readProse(path, source).map(({ kind, line, text }) => [kind, line, text]);

describe('readProse', () => {
	it('finds docstrings, line comments and test titles, with their lines', () => {
		const source = `/**
 * Sends a message.
 * @param text at most 4,000 characters
 */
// Two lines are
// one paragraph.
it('sends once', () => 'not // a comment');
call(); // At the end.
`;
		expect(found('a.test.ts', source)).toEqual([
			['title', 7, 'sends once'],
			['comment', 2, 'Sends a message.'],
			['comment', 3, '@param text at most 4,000 characters'],
			['comment', 5, 'Two lines are one paragraph.'],
			['comment', 8, 'At the end.'],
		]);
	});

	it('finds comments in each part of a Svelte file', () => {
		const source = `<!-- A card. -->
<script lang="ts">
	/** The name. */
	let name = '';
</script>
<style>
	/* The border. */
</style>
`;
		expect(found('Card.svelte', source).sort()).toEqual([
			['comment', 1, 'A card.'],
			['comment', 3, 'The name.'],
			['comment', 7, 'The border.'],
		]);
	});

	it('finds comments of SQL, both lines and comment on', () => {
		const source = `-- Chats.
create table chats (
  id uuid -- Made by the client.
);
comment on table chats is
  'One chat '
  'per customer''s id.';
`;
		expect(found('a.sql', source)).toEqual([
			['comment', 1, 'Chats.'],
			['comment', 3, 'Made by the client.'],
			['comment', 5, "One chat per customer's id."],
		]);
	});

	it('finds paragraphs, items and cells of a document, but no code', () => {
		const source = 'One\nparagraph.\n\n```sh\nnpm ci\n```\n\n- An item.\n\n| a cell | b |\n';
		expect(found('a.md', source)).toEqual([
			['document', 1, 'One paragraph.'],
			['document', 8, '- An item.'],
			['document', 10, 'a cell'],
			['document', 10, 'b'],
		]);
	});

	it('finds the English texts of a catalogue', () => {
		expect(found('src/lib/chat/i18n/en.ts', "export const en = { a: 'Two words' };")).toEqual([
			['text', 1, 'Two words'],
		]);
		expect(found('src/lib/chat/i18n/de.ts', "export const de = { a: 'Zwei Wörter' };")).toEqual([]);
	});
});

describe('checkProse', () => {
	const problems = (text: string) => checkProse({ kind: 'comment', line: 1, text });

	it('accepts plain sentences, questions and code', () => {
		expect(problems('Hide messages after a gap. `honest` is a name.')).toEqual([]);
		expect(problems('What is a chat?')).toEqual([]);
	});

	it('finds a leading "What", words to avoid and long sentences', () => {
		expect(problems('What the server said.')).toHaveLength(1);
		expect(problems('A name that a user gave themself.')).toHaveLength(1);
		expect(problems(`${'word '.repeat(36)}.`)).toHaveLength(1);
		expect(problems(`${'word '.repeat(35)}.`)).toEqual([]);
	});
});
