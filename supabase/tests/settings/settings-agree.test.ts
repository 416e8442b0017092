import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { LIMITS } from '../../../src/lib/dashboard/settings/limits';
import { hoursSchema } from '../../../src/lib/server/settings/hours';
import { ruleSchema } from '../../../src/lib/server/settings/rules';
import { sectionSchemas } from '../../../src/lib/server/settings/schemas';
import { memberSchema } from '../../../src/lib/server/settings/team';
import { templateSchema } from '../../../src/lib/server/settings/templates';
import { become, refusal, rolledBack, sql, type Row, type Transaction } from '../helpers/database';
import { createAgent } from '../helpers/people';

/** A value typed into a field, and the same value written without the form. */
interface Typed {
	typed: unknown;
	raw?: unknown;
}

const control = ['two\nlines', 'a\tb', 'bell\u0007', 'del\u007f', 'nel\u0085', 'c1\u009f'];
const lines = (most: number): Typed[] =>
	[
		...[
			'',
			' ',
			'\u200b',
			'\u2060\u00a0',
			'Acme',
			' Acme ',
			'<b>',
			'Ünï',
			'\u200bAcme',
			...control,
		],
		...['x'.repeat(most), 'x'.repeat(most + 1), '😀'.repeat(most), '😀'.repeat(most + 1)],
	].map((typed) => ({ typed }));

const WEB_ADDRESSES = [
	...[
		'https://example.com',
		'http://localhost:5173/demo',
		'https://example.com/a?b=c#d',
		'http://[::1]:80/',
	],
	...[
		'https://ex-ample.co.uk:8443',
		'https://a_b.example.com/',
		'http://127.0.0.1',
		'https://example.com.',
	],
	...[
		'http://[::ffff:1.2.3.4]/',
		'https://example.com?x',
		'https://xn--mnchen-3ya.de',
		'https://münchen.de/ä',
	],
	...[
		'http://[',
		'http://]',
		'http://[]',
		'http://[::1',
		'http://::1',
		'http://[:::1]',
		'http://[1.2.3.4]',
		'http://[::g]',
	],
	...[
		'http://',
		'https://',
		'https:///',
		'http:example.com',
		'https:/example.com',
		'//example.com',
		'example.com',
	],
	...[
		'ftp://example.com',
		'javascript:alert(1)',
		'data:text/html,x',
		'file:///etc/passwd',
		'HTTPS://example.com',
	],
	...[
		'https://a b.com',
		'https://example.com/a b',
		'https://example.com/\nx',
		'https://exa\tmple.com',
		'https://%',
	],
	...[
		'https://%zz.com',
		'https://a<b.com',
		'https://a^b',
		'https://a|b',
		'https://a"b',
		'https://a\\b',
		'https://a{b}',
	],
	...[
		'https://user@example.com',
		'https://user:pass@example.com',
		'https://@example.com',
		'https://:@a.com',
	],
	...[
		'https://example.com:99999',
		'https://example.com:65536',
		'https://example.com:x',
		'https://example.com:-1',
	],
	...[
		'http://1.2.3',
		'http://256.1.1.1',
		'http://1.2.3.4.5',
		'http://0x7f.1',
		'http://2130706433',
		'http://01.2.3.4',
	],
	...[
		'http://1.2.3.256',
		'http://1.2.3.4.',
		'http://a.1',
		'http://a.0x',
		'https://xn--',
		'https://xn--/',
		'https://a.xn--.b',
	],
	...[
		'https://.example.com',
		'https://a..b',
		'https://.',
		'https://-',
		'https://*',
		`https://${'a'.repeat(493)}`,
	],
	...[
		'',
		' ',
		'https://\u200b.com',
		'https://example.com/\u0085',
		'https://example.com/\u0000',
		`https://example.com/${'a'.repeat(500)}`,
	],
].map((typed) => ({ typed }));

const SENDERS = [
	...[
		'support@example.com',
		'Acme <support@example.com>',
		'Acme, Inc. <a@b.example>',
		'<a@b.example>',
		'',
	],
	...[
		'nobody',
		'a@b',
		'a@',
		'@b.com',
		'a b@c.com',
		'a@b .com',
		'a@b..com',
		'a@-b.com',
		'a@b.com.',
		'a@b,com',
		'a@@b.com',
	],
	...[
		'Acme <nobody>',
		'Acme <a@b.com',
		'Acme a@b.com>',
		'Acme <a@b.com> x',
		'A <b> <a@b.com>',
		'<<a@b.com>>',
		'<>',
	],
	...[
		'a@b.com, c@d.com',
		'a@b.com;c@d.com',
		'a@b.com\r\nBcc: c@d.com',
		'Acme\n<a@b.com>',
		'a\u0085@b.com',
		'ä@b.com',
		'a@ü.com',
	],
	...[
		'a@b.com\u00a0x',
		'"a b"@c.com',
		`${'a'.repeat(65)}@b.com`,
		`Acme <${'a'.repeat(64)}@${'b.'.repeat(130)}com>`,
	],
	...[`${'A'.repeat(320)} <a@b.com>`, 'a(x)@b.com', 'a:b@c.com', 'a@b.c\u200bom'],
].map((typed) => ({ typed }));

const whole = ({ min, max }: { min: number; max: number }): Typed[] =>
	[
		min,
		max,
		min - 1,
		max + 1,
		-1,
		1.5,
		'',
		'x',
		'NaN',
		'Infinity',
		'99999999999999999999',
		'1e3',
		'١',
	].map((value) => ({ typed: String(value) }));
/** Nothing is an answer, too. */
const optional = (values: Typed[]): Typed[] => values.filter(({ typed }) => typed !== '');
const span = ({ min, max }: { min: number; max: number }, unit: string): Typed[] =>
	[min, max, min - 1, max + 1, -1, max * 100, '', 'x', 'infinity'].map((value) => ({
		typed: String(value),
		raw: `${value} ${unit}`,
	}));
const choice = (...values: string[]): Typed[] =>
	[...values, '', 'x', values[0]!.toUpperCase(), ` ${values[0]!}`].map((typed) => ({ typed }));
const list = (...values: string[][]): Typed[] =>
	values.map((raw) => ({ typed: raw.join(','), raw }));
const texts = (...values: [string, string][]): Typed[] =>
	values.map(([locale, text]) => ({ typed: [{ locale, text }], raw: { [locale]: text } }));

const TEXTS = texts(
	...[
		'en',
		'de-CH',
		'zh-Hans-CN',
		'english',
		'EN',
		'e',
		'',
		'en_US',
		'en-',
		'en-x',
		'x y',
		'en\n',
		"en'",
	].map((locale): [string, string] => [locale, 'Hello']),
	...['x'.repeat(1000), 'x'.repeat(1001), '😀'.repeat(1000), '😀'.repeat(1001), 'two\nlines'].map(
		(text): [string, string] => ['en', text],
	),
);

/** The values tried at each setting; a new setting fails the tests until bad values are listed for it. */
const TRIED: Record<string, Typed[]> = {
	app_name: lines(LIMITS.appName),
	chat_url: WEB_ADDRESSES,
	dashboard_url: WEB_ADDRESSES,
	unsubscribe_url: WEB_ADDRESSES,
	email_from: SENDERS,
	messages_per_minute: whole(LIMITS.messagesPerMinute),
	upload_types: list(
		['image/png'],
		[],
		['image/svg+xml'],
		['image/png', 'text/html'],
		['IMAGE/PNG'],
		['*/*'],
	),
	max_upload_mb: whole(LIMITS.maxUploadMb),
	welcome_message: TEXTS,
	end_message: TEXTS,
	expected_reply_minutes: optional(whole(LIMITS.expectedReplyMinutes)),
	inactivity_minutes: optional(whole(LIMITS.inactivityMinutes)),
	delete_history: choice('off', 'hide', 'erase'),
	time_zone: choice('UTC', 'Europe/Berlin').concat(lines(64).slice(0, 3), [{ typed: "UTC'; --" }]),
	max_active_conversations: optional(whole(LIMITS.maxActive)),
	agent_timeout: span(LIMITS.agentTimeoutSeconds, 'seconds'),
	failover_minutes: optional(whole(LIMITS.failoverMinutes)),
	agent_roles: list(
		['support'],
		[],
		['x'.repeat(60)],
		['x'.repeat(61)],
		['😀'.repeat(61)],
		['\u200bsupport'],
		...control.map((role) => [role]),
		Array.from({ length: 20 }, (_, n) => `role ${n}`),
		Array.from({ length: 21 }, (_, n) => `role ${n}`),
	),
	email_delay: span(LIMITS.emailDelayMinutes, 'minutes'),
	email_max_delay: span(LIMITS.emailDelayMinutes, 'minutes'),
	email_daily_cap: whole(LIMITS.emailDailyCap),
	notify_after_minutes: whole(LIMITS.notifyAfterMinutes),
	notification_emails: list(
		...SENDERS.map(({ typed }) => [typed]).filter(([typed]) => !/^$|[,;\s]/.test(typed!)),
		['a@b.com', 'A@B.com'],
		Array.from({ length: 21 }, (_, n) => `a${n}@b.com`),
		[`${'a'.repeat(64)}@${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(63)}.com`],
	),
	notification_locale: choice('en', 'de', 'es', 'fr', 'zh').concat([
		{ typed: 'pt' },
		{ typed: 'en-US' },
	]),
};

/** A section's form as it is, with every field filled in well. */
const GOOD: Row = {
	message_before_accept: true,
	only_assigned_may_write: true,
	allow_view_history: true,
	auto_assign: true,
	email_enabled: true,
	notify_new_conversation: true,
	app_name: 'Acme',
	chat_url: '',
	dashboard_url: '',
	unsubscribe_url: '',
	email_from: '',
	messages_per_minute: '60',
	upload_types: 'image/png',
	max_upload_mb: '10',
	welcome_message: [],
	end_message: [],
	expected_reply_minutes: '',
	inactivity_minutes: '',
	delete_history: 'off',
	time_zone: 'UTC',
	max_active_conversations: '',
	agent_timeout: '90',
	failover_minutes: '',
	agent_roles: '',
	email_delay: '5',
	email_max_delay: '15',
	email_daily_cap: '20',
	notify_after_minutes: '5',
	notification_emails: '',
	notification_locale: 'en',
};

const settings = Object.entries(sectionSchemas).flatMap(([section, schema]) =>
	Object.entries(schema.shape)
		.filter(([, field]) => field.type !== 'boolean')
		.map(([column]) => ({ section, column, schema: schema as z.ZodType<Row> })),
);

/** Which values the form and the database see differently, each with what the form and the database say. */
async function disagreements(
	values: Typed[],
	parse: (typed: unknown) => unknown,
	write: (tx: Transaction, value: unknown) => Promise<unknown>,
): Promise<unknown[]> {
	const admin = await createAgent('admin');
	const found: unknown[] = [];
	for (const { typed, raw = typed } of values) {
		const parsed = parse(typed);
		const value = parsed === undefined ? raw : parsed;
		const written = rolledBack(async (tx) => {
			await become(tx, admin);
			await write(tx, value);
		}, 'read committed');
		const { code: refused, message } = await written.then(
			() => ({ code: null, message: null }),
			(error: unknown) => refusal(Promise.reject(error as Error)),
		);
		if (refused !== null && !/^(22|23|PT400|PT413)/.test(refused)) throw new Error(refused);
		// Which time zones there are the database alone knows; the form shows what it says.
		if (parsed !== undefined && message === 'support_time_zone_unknown') continue;
		if ((parsed === undefined) !== (refused !== null)) found.push([typed, parsed, refused]);
	}
	return found;
}

describe('what a form of the settings refuses the database refuses, and what it takes the database takes', () => {
	test('for every setting that a form has', () => {
		expect(Object.keys(TRIED).sort()).toEqual(settings.map(({ column }) => column).sort());
	});

	test.each(settings)('$section: $column', async ({ column, schema }) => {
		const [type] = await sql<{ name: string }[]>`
			select format_type(atttypid, atttypmod) as name from pg_attribute
			where attrelid = 'public.support_settings'::regclass and attname = ${column}`;
		const parse = (typed: unknown): unknown => {
			const { data } = schema.safeParse({ ...GOOD, [column]: typed });
			return data?.[column];
		};
		const write = (tx: Transaction, value: unknown): Promise<unknown> => {
			const literal = type!.name === 'jsonb' ? JSON.stringify(value) : (value as string | null);
			return Array.isArray(value)
				? tx`update public.support_settings set ${tx(column)} = ${value}::text[]`
				: tx.unsafe(`update public.support_settings set ${column} = $1::text::${type!.name}`, [
						literal,
					]);
		};
		expect(await disagreements(TRIED[column]!, parse, write)).toEqual([]);
	});
});

describe('the same of what other forms write', () => {
	const rule = {
		name: 'VIP',
		condition: 'attribute',
		attribute: 'plan',
		attribute_value: 'pro',
		tier: 'senior',
		weight: '1',
		enabled: true,
	};
	const template = {
		kind: 'user_reply',
		locale: 'en',
		subject: 'Hi',
		body: '{{messages}} {{chat_link}}',
	};
	const member = { display_name: 'Mika', role: 'agent', tier: 'regular', max_active: '' };
	const hours = { weekdays: ['1'], opens: '09:00', closes: '17:00' };

	const table = (name: string, good: Row) => (key: string) => (tx: Transaction, value: unknown) =>
		tx`insert into public.${tx(name)} ${tx({ ...good, [key]: value })}`.then();
	const field =
		(schema: z.ZodType, good: Row, key: string) =>
		(typed: unknown): unknown => {
			const { data } = schema.safeParse({ ...good, [key]: typed });
			return (data as Row | undefined)?.[key];
		};

	test.each<[string, Typed[]]>([
		['name', lines(LIMITS.ruleName)],
		['attribute', lines(LIMITS.ruleAttribute)],
		['attribute_value', lines(LIMITS.ruleValue)],
		['tier', choice('regular', 'senior')],
		['weight', whole(LIMITS.ruleWeight)],
	])('rules: %s', async (key, values) => {
		const write = table('support_assignment_rules', { ...rule, weight: 1 })(key);
		expect(await disagreements(values, field(ruleSchema, rule, key), write)).toEqual([]);
	});

	test.each<[string, Typed[]]>([
		[
			'kind',
			choice('user_reply', 'staff_waiting').filter(({ typed }) => typed !== 'staff_waiting'),
		],
		['locale', choice('en', 'de', 'es', 'fr', 'zh')],
		[
			'subject',
			lines(200).concat([
				{ typed: 'Hi {{nobody}}' },
				{ typed: 'a\u2028b' },
				{ typed: '{{app_name}}' },
			]),
		],
		[
			'body',
			[
				...[
					'{{messages}} {{chat_link}}',
					'{{messages}}',
					'',
					' ',
					'\u200b',
					'{{messages}} {{chat_link}} {{x}}',
				],
				...[
					`{{messages}}{{chat_link}}${'x'.repeat(5000)}`,
					'{{ messages }}\n{{chat_link}}',
					'{{messages}} {{chat_link',
				],
			].map((typed) => ({ typed })),
		],
	])('templates: %s', async (key, values) => {
		const write = table('support_email_templates', template)(key);
		expect(await disagreements(values, field(templateSchema, template, key), write)).toEqual([]);
	});

	test.each<[string, Typed[]]>([
		[
			'opens',
			['00:00', '08:30', '24:00', '17:00', '18:00', '', 'x', '25:00', '12:60'].map((typed) => ({
				typed,
			})),
		],
		[
			'closes',
			['17:00', '09:00', '08:00', '23:59', '', 'x', '25:00', '12:60'].map((typed) => ({ typed })),
		],
	])('working hours: %s', async (key, values) => {
		const write = table('support_schedules', { weekday: 1, opens: '09:00', closes: '17:00' })(key);
		expect(await disagreements(values, field(hoursSchema, hours, key), write)).toEqual([]);
	});

	test.each<[string, Typed[]]>([
		['display_name', lines(LIMITS.agentName)],
		['role', choice('agent', 'admin')],
		['tier', choice('regular', 'senior')],
		['max_active', optional(whole(LIMITS.maxActive))],
	])('agents: %s', async (key, values) => {
		const colleague = await createAgent();
		const good = { ...member, user_id: colleague.id };
		const write = (tx: Transaction, value: unknown): Promise<unknown> => {
			const args: Row = { ...member, max_active: null, [key]: value };
			return tx`
				select public.update_support_agent(
					${colleague.id}, ${args.display_name}, ${args.role}::text::public.support_agent_role,
					${args.tier}::text::public.support_agent_tier, ${args.max_active}::text::bigint
				)`.then();
		};
		expect(await disagreements(values, field(memberSchema, good, key), write)).toEqual([]);
	});
});

describe('addresses that are set in the SQL editor', () => {
	const bad = WEB_ADDRESSES.filter(
		({ typed }) =>
			typed.startsWith('http://[') && !typed.includes(':1]') && !typed.includes('ffff'),
	);

	test.each(bad)('configure_email refuses $typed', async ({ typed }) => {
		const call = rolledBack((tx) => tx`select support_private.configure_email(${typed})`.then());
		expect((await refusal(call)).message).toBe('support_email_url_invalid');
	});
});
