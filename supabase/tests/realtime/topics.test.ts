import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { signedOut, type Caller, type Transaction } from '../helpers/database';
import { createConversation, createRemovedAgent, createAgent } from '../helpers/people';
import { maySend, mayReceive, type Extension } from '../helpers/topics';

const callers = {} as Record<string, Caller>;
let chatId: string;
let foreignId: string;

beforeAll(async () => {
	const own = await createConversation();
	const foreign = await createConversation();
	chatId = own.chatId;
	foreignId = foreign.chatId;
	Object.assign(callers, {
		'signed out': signedOut,
		'no user': { role: 'authenticated', claims: { role: 'authenticated' } },
		customer: own.customer,
		stranger: foreign.customer,
		'removed agent': await createRemovedAgent(),
		agent: await createAgent('agent'),
		admin: await createAgent('admin'),
	});
});

const idOf = (who: string): string => String(callers[who]?.claims.sub);
const AGENTS = ['agent', 'admin'];
const everyone = ['signed out', 'no user', 'customer', 'stranger', 'removed agent', ...AGENTS];
const topics: Record<string, () => string> = {
	'the chat': () => `support_chat:${chatId}`,
	'the typing topic': () => `support_typing:${chatId}`,
	'the agent notifications': () => 'admin_support_notifications',
	'the agent presence': () => 'support_staff',
	'the agent’s own topic': () => `support_agent:${idOf('agent')}`,
	'the removed agent’s own topic': () => `support_agent:${idOf('removed agent')}`,
	'the customer’s own agent topic': () => `support_agent:${idOf('customer')}`,
	'a chat that does not exist': () => `support_chat:${randomUUID()}`,
	'an unknown topic of ours': () => 'support_anything',
};

/** Who may, by topic, verb and extension; everything that is not here is refused. */
const allowed: Record<string, string[]> = {
	'the chat receive broadcast': ['customer', ...AGENTS],
	'the typing topic receive broadcast': ['customer', ...AGENTS],
	'the agent notifications receive broadcast': AGENTS,
	'the agent presence receive presence': AGENTS,
	'the agent presence receive broadcast': AGENTS,
	'the agent’s own topic receive broadcast': ['agent'],
	'the agent presence send presence': AGENTS,
};

const extensions: Extension[] = ['broadcast', 'presence'];
const cases = Object.keys(topics).flatMap((topic) =>
	everyone.flatMap((who) => extensions.map((extension) => ({ topic, who, extension }))),
);

describe('who may receive and send where', () => {
	test.each(cases)('$who on $topic, $extension', async ({ topic, who, extension }) => {
		const name = topics[topic]!();
		const may = (verb: string): boolean =>
			(allowed[`${topic} ${verb} ${extension}`] ?? []).includes(who);
		expect({
			receive: await mayReceive(callers[who]!, name, extension),
			send: await maySend(callers[who]!, name, extension),
		}).toEqual({ receive: may('receive'), send: may('send') });
	});
});

const lookAlikes: [string, () => string][] = [
	['upper case', () => `support_chat:${chatId.toUpperCase()}`],
	['an upper-case name', () => `SUPPORT_CHAT:${chatId}`],
	['a space behind', () => `support_chat:${chatId} `],
	['a space before', () => ` support_chat:${chatId}`],
	['a line end behind', () => `support_chat:${chatId}\n`],
	['a wildcard', () => 'support_chat:*'],
	['the other wildcard', () => 'support_chat:%'],
	['a wildcard for the underscore', () => `supportXchat:${chatId}`],
	['nothing after the colon', () => 'support_chat:'],
	['no id at all', () => 'support_chat'],
	['not a uuid', () => 'support_chat:not-a-uuid'],
	['a number', () => 'support_chat:1'],
	['a uuid without hyphens', () => `support_chat:${chatId.replaceAll('-', '')}`],
	['a uuid in braces', () => `support_chat:{${chatId}}`],
	['a path', () => `support_chat:${chatId}/../${foreignId}`],
	['two ids', () => `support_chat:${chatId},${foreignId}`],
	['a second colon', () => `support_chat:${chatId}:x`],
	['the prefix of the protocol', () => `realtime:support_chat:${chatId}`],
	['a look-alike letter', () => `support_сhat:${chatId}`],
	['a zero-width space inside', () => `support_chat:\u200b${chatId}`],
	['what looks like SQL', () => "support_chat:' or true --"],
	['ten kilobytes', () => `support_chat:${'a'.repeat(10_000)}`],
	['ten kilobytes behind the id', () => `support_chat:${chatId}${' '.repeat(10_000)}`],
	['the notifications in upper case', () => 'ADMIN_SUPPORT_NOTIFICATIONS'],
	['the notifications with a space', () => 'admin_support_notifications '],
	['no agent', () => 'support_agent:'],
	['any agent', () => 'support_agent:%'],
	['an agent in upper case', () => `support_agent:${idOf('admin').toUpperCase()}`],
	['an agent with a space', () => `support_agent:${idOf('admin')} `],
	['the presence with a suffix', () => 'support_staff:1'],
	['nothing', () => ''],
];

describe('topics that only look like one', () => {
	test.each(lookAlikes)('%s: refused, without an error', async (_what, topic) => {
		for (const who of ['customer', 'admin']) {
			for (const extension of extensions) {
				expect(await mayReceive(callers[who]!, topic(), extension)).toBe(false);
				expect(await maySend(callers[who]!, topic(), extension)).toBe(false);
			}
		}
	});
});

describe('a host that opened its own topics to all', () => {
	const openAll = async (tx: Transaction): Promise<void> => {
		await tx`create policy "host reads all" on realtime.messages for select to anon, authenticated using (true)`;
		await tx`create policy "host sends all" on realtime.messages for insert to anon, authenticated with check (true)`;
	};

	test('has not opened ours', async () => {
		for (const [topic, name] of Object.entries(topics)) {
			for (const who of everyone) {
				for (const extension of extensions) {
					const may = (verb: string): boolean =>
						(allowed[`${topic} ${verb} ${extension}`] ?? []).includes(who);
					const answer = {
						receive: await mayReceive(callers[who]!, name(), extension, openAll),
						send: await maySend(callers[who]!, name(), extension, openAll),
					};
					expect([topic, who, extension, answer]).toEqual([
						topic,
						who,
						extension,
						{ receive: may('receive'), send: may('send') },
					]);
				}
			}
		}
	});

	test('keeps its own topics as it wanted them', async () => {
		for (const who of ['signed out', 'customer', 'admin']) {
			expect(await mayReceive(callers[who]!, 'room:1', 'broadcast', openAll)).toBe(true);
			expect(await maySend(callers[who]!, 'room:1', 'presence', openAll)).toBe(true);
			expect(await mayReceive(callers[who]!, 'room:1', 'broadcast')).toBe(false);
		}
	});
});
