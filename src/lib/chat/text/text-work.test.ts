import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as blocks from '../../../../supabase/functions/_shared/email/blocks';
import * as page from '../../../../supabase/functions/_shared/email/page';
import * as safeText from '../../../../supabase/functions/_shared/email/safe-text';
import * as sender from '../../../../supabase/functions/_shared/email/sender';
import * as template from '../../../../supabase/functions/_shared/email/template';
import * as mailText from '../../../../supabase/functions/_shared/text';
import * as csv from '../../dashboard/reports/csv';
import * as avatar from '../components/avatar';
import * as context from '../conversation/conversation-context';
import * as links from './links';
import { hostileTexts } from '../testing/hostile-texts';
import * as text from './text';

const mailPage = (words: string): page.MailPage => ({
	lang: 'en',
	title: words,
	teaser: words,
	blocks: [{ kind: 'quotes', before: words, quotes: [{ name: words, text: words, dir: 'ltr' }] }],
	footer: { text: words, link: { href: words, label: words } },
});

/** Every function that reads what other people wrote. The modules below may export no other. */
const FUNCTIONS: Record<string, (words: string) => unknown> = {
	'links.tokenize': links.tokenize,
	'text.cleanText': text.cleanText,
	'text.isBlank': text.isBlank,
	'text.countCharacters': text.countCharacters,
	'text.truncate': (words) => text.truncate(words, 100),
	'mailText.escapeHtml': mailText.escapeHtml,
	'mailText.headerText': (words) => mailText.headerText(words, 200),
	'mailText.preview': (words) => mailText.preview(words, 200),
	'mailText.direction': mailText.direction,
	'safeText.customerName': (words) => safeText.customerName({ name: words, email: words }, ''),
	'safeText.line': (words) => safeText.line(words, 80),
	'safeText.excerpt': (words) => safeText.excerpt(words, 300),
	'blocks.fillBody': (words) =>
		blocks.fillBody(`${words}\n\n{{a}}`, { a: { kind: 'text', text: words } }),
	'blocks.fillLine': (words) => blocks.fillLine(words, { a: { kind: 'text', text: 'x' } }),
	'page.pageHtml': (words) => page.pageHtml(mailPage(words)),
	'page.pageText': (words) => page.pageText(mailPage(words)),
	'sender.senderOf': (words) => sender.senderOf(words, words),
	'sender.noticeHeaders': (words) => sender.noticeHeaders(words, 'x'),
	'sender.withParameter': (words) => sender.withParameter('https://a.example/', 'a', words),
	'template.tokenize': template.tokenize,
	'template.variablesIn': template.variablesIn,
	'template.unknownVariable': (words) => template.unknownVariable('user_reply', 'body', words),
	'template.missingVariable': (words) => template.missingVariable('user_reply', words),
	'csv.toCsv': (words) => csv.toCsv([words], [[words]]),
	'avatar.hueOf': avatar.hueOf,
	'avatar.initialsOf': avatar.initialsOf,
	'context.conversationContext': (words) =>
		context.conversationContext({ url: words, title: words, locale: 'en' }, { words }),
};
const MODULES = {
	...{ links, text, mailText, safeText, blocks, page, sender, template, csv, avatar, context },
};

/** CPU time of one run, in milliseconds. */
function cost(run: () => unknown): number {
	const start = process.cpuUsage();
	run();
	const { user, system } = process.cpuUsage(start);
	return (user + system) / 1000;
}
const least = (run: () => unknown): number => Math.min(cost(run), cost(run), cost(run));

/**
 * How much longer sixteen times the text takes: about 16 times where it is in proportion, 256 times where it grows with the
 * square. The limit lies between, far from both, since other work on the machine and the collection of garbage count, too.
 */
function growth(run: (words: string) => unknown, make: (n: number) => string): number {
	for (let n = 250; n <= 4_000; n *= 2) {
		const short = make(n);
		const before = least(() => run(short));
		if (before < 1) continue;
		const long = make(16 * n);
		const after = cost(() => run(long));
		return (
			(after < LIMIT * before
				? after
				: Math.min(
						after,
						least(() => run(long)),
					)) / before
		);
	}
	return 0; // too fast to tell: with the square, 4,000 would not be
}
const LIMIT = 100;

describe.each(Object.entries(FUNCTIONS))('%s', (_name, run) => {
	it.each(Object.entries(hostileTexts))('takes time in proportion to %s', (_what, make) => {
		expect(growth(run, make)).toBeLessThan(LIMIT);
	});
});

it('lists every function that handles text', () => {
	const all = Object.entries(MODULES).flatMap(([module, exported]) =>
		Object.entries(exported).flatMap(([name, value]) =>
			typeof value === 'function' ? [`${module}.${name}`] : [],
		),
	);
	expect(Object.keys(FUNCTIONS).sort()).toEqual(all.sort());
});

describe('regular expressions', () => {
	const root = join(import.meta.dirname, '../../../..');
	const sources = ['src', 'widget', 'supabase/functions'].flatMap((folder) =>
		readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
			.filter(
				(file) => /\.(ts|svelte)$/.test(file) && !/\.test\.ts$|testing\/|bundling\//.test(file),
			)
			.map((file) => join(folder, file)),
	);
	/** A repetition up to the end that may begin anywhere: tried from each place, it takes time with the square. */
	const ENDS_WITH_REPETITION =
		/(?<=[(=,:[!&|?\s])\/(?!\^|[/*])((?:\\.|\[(?:\\.|[^\]\\])*\]|[^/\\\n])*[+*]\$)\/[a-z]*[,.)]/g;
	/** Addresses of the owner's own settings, with slashes at the end. */
	const OF_SETTINGS = String.raw`\/+$`;
	/** The padding that btoa() writes, at most two. */
	const PADDING = '=+$';

	it('never backtrack over the whole text', () => {
		expect(sources.length).toBeGreaterThan(300);
		const found = sources.flatMap((file) =>
			[...readFileSync(join(root, file), 'utf8').matchAll(ENDS_WITH_REPETITION)]
				.map(([, expression]) => expression)
				.filter((expression) => expression !== OF_SETTINGS && expression !== PADDING)
				.map((expression) => [file, expression]),
		);
		expect(found).toEqual([]);
	});
});
