import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { SECTIONS } from '$lib/dashboard/settings/fields';
import { LIMITS } from '$lib/dashboard/settings/limits';
import { hoursSchema } from './hours';
import { ruleSchema } from './rules';
import { problemsOf, sectionSchemas } from './schemas';
import { inviteSchema, memberSchema } from './team';

const general = {
	app_name: ' Acme ',
	chat_url: 'https://example.com/help',
	dashboard_url: '',
	messages_per_minute: '60',
	upload_types: 'application/pdf, image/png',
	max_upload_mb: '10',
};
const conversations = {
	welcome_message: [],
	end_message: [],
	expected_reply_minutes: '',
	inactivity_minutes: '30',
	message_before_accept: true,
	only_assigned_may_write: false,
	allow_view_history: true,
	delete_history: 'hide',
};
const email = {
	email_enabled: true,
	email_from: 'Acme <support@example.com>',
	email_delay: '5',
	email_max_delay: '1,5',
	email_daily_cap: '20',
	unsubscribe_url: '',
};

const problems = (section: keyof typeof sectionSchemas, typed: object): Record<string, string> => {
	const { error } = sectionSchemas[section].safeParse(typed);
	return error ? problemsOf(error) : {};
};

describe('entered settings', () => {
	it('get the format of the table', () => {
		expect(sectionSchemas.general.parse(general)).toEqual({
			app_name: 'Acme',
			chat_url: 'https://example.com/help',
			dashboard_url: null,
			messages_per_minute: 60,
			upload_types: ['image/png', 'application/pdf'],
			max_upload_mb: 10,
		});
		expect(sectionSchemas.email.parse(email)).toMatchObject({
			email_delay: '300 seconds',
			email_max_delay: '90 seconds',
			unsubscribe_url: null,
		});
	});

	it.each([
		['app_name', '', 'This cannot be empty.'],
		['app_name', 'x'.repeat(61), 'At most 60 characters.'],
		['app_name', 'two\nlines', 'Must be a single line.'],
		['chat_url', 'javascript:alert(1)', 'Enter a full URL'],
		['chat_url', 'https://', 'Enter a full URL'],
		['messages_per_minute', '0', 'Enter a whole number from 1 to 1,000.'],
		['messages_per_minute', '1e3', 'Enter a whole number from 1 to 1,000.'],
		['messages_per_minute', '', 'Enter a whole number from 1 to 1,000.'],
		['max_upload_mb', '51', 'Enter a whole number from 1 to 50.'],
		['max_upload_mb', '0.5', 'Enter a whole number from 1 to 50.'],
		['upload_types', 'image/png, image/svg+xml', 'Choose one of the options.'],
	])('report at %s the error of %j', (name, value, sentence) => {
		expect(problems('general', { ...general, [name]: value })[name]).toContain(sentence);
	});

	it('accept no type of files at all, which turns attachments off', () => {
		expect(sectionSchemas.general.parse({ ...general, upload_types: '' }).upload_types).toEqual([]);
	});

	it('report the error of each field, not only the first', () => {
		const typed = { ...general, app_name: '', messages_per_minute: 'many' };
		expect(Object.keys(problems('general', typed))).toEqual(['app_name', 'messages_per_minute']);
	});

	it.each(['nobody', 'Acme <nobody>', 'a@b', 'Acme <a@b.c> x', 'Acme\r\nBcc: a@b.c'])(
		'reject the sender %j',
		(email_from) => {
			expect(problems('email', { ...email, email_from })).toHaveProperty('email_from');
		},
	);

	it.each(['43201', '0', '-1', '1.5', 'NaN'])('reject an inactivity of %s minutes', (typed) => {
		expect(problems('conversations', { ...conversations, inactivity_minutes: typed })).toEqual({
			inactivity_minutes: 'Enter a whole number from 1 to 43,200.',
		});
	});
});

describe('roles whose users are agents', () => {
	const parse = (agent_roles: string) => sectionSchemas.team.parse({ agent_roles }).agent_roles;

	it('are separated by commas; surrounding blanks and duplicates are removed', () => {
		expect(parse(' support, help desk ,,support, ')).toEqual(['support', 'help desk']);
		expect(parse(' ')).toEqual([]);
	});

	it('may be as many as the database accepts', () => {
		const many = Array.from({ length: LIMITS.agentRoles }, (_, n) => `role ${n}`);
		expect(parse(many.join(', '))).toEqual(many);
	});

	it.each([
		['x'.repeat(61), 'A role can have at most 60 characters.'],
		[Array.from({ length: 21 }, (_, n) => `role ${n}`).join(), 'At most 20 roles.'],
		['two\nlines', 'Must be a single line.'],
	])('reject %j', (agent_roles, sentence) => {
		expect(problems('team', { agent_roles })).toEqual({ agent_roles: sentence });
	});
});

describe('addresses of the team', () => {
	const typed = (notification_emails: string) => ({
		notify_new_conversation: true,
		notify_after_minutes: '5',
		notification_emails,
		notification_locale: 'en',
	});

	it('are separated by commas, blanks or lines', () => {
		const { notification_emails } = sectionSchemas.notifications.parse(
			typed(' a@b.test, c+d@e.test;f@g.h.test\n'),
		);
		expect(notification_emails).toEqual(['a@b.test', 'c+d@e.test', 'f@g.h.test']);
		expect(sectionSchemas.notifications.parse(typed('')).notification_emails).toEqual([]);
	});

	it.each([
		['nobody', '“nobody” is not an email address'],
		['a@b.test, Ada <c@d.test>', '“Ada” is not an email address'],
		['a@b', '“a@b” is not an email address'],
		['ä@b.test', 'is not an email address'],
		['a@b.test, A@B.test', '“A@B.test” is listed twice.'],
		[Array.from({ length: 21 }, (_, at) => `a${at}@b.test`).join(), 'At most 20 addresses.'],
	])('reject %j', (given, sentence) => {
		expect(problems('notifications', typed(given)).notification_emails).toContain(sentence);
	});

	it('wait from 0 to 1,440 minutes', () => {
		for (const notify_after_minutes of ['-1', '1441', '', '1.5'])
			expect(problems('notifications', { ...typed(''), notify_after_minutes })).toEqual({
				notify_after_minutes: 'Enter a whole number from 0 to 1,440.',
			});
	});
});

describe('texts by language', () => {
	const welcome = (...texts: [string, string][]) => ({
		...conversations,
		welcome_message: texts.map(([locale, text]) => ({ locale, text })),
	});

	it('are stored by language; one without text is left out', () => {
		const parsed = sectionSchemas.conversations.parse(
			welcome(['en', ' Hi '], ['pt-BR', 'Oi'], ['de', ' ']),
		);
		expect(parsed.welcome_message).toEqual({ en: 'Hi', 'pt-BR': 'Oi' });
	});

	it.each([
		[[['', 'Hi']], 'Enter the language'],
		[[['English', 'Hi']], '“English” is not a language code'],
		[
			[
				['en', 'a'],
				['en', 'b'],
			],
			'two texts for “en”',
		],
		[[['en', 'x'.repeat(1001)]], 'At most 1,000 characters.'],
	] as [[string, string][], string][])('reject %j', (texts, sentence) => {
		expect(problems('conversations', welcome(...texts)).welcome_message).toContain(sentence);
	});
});

describe('rules, hours and agents', () => {
	const rule = {
		name: 'VIP',
		condition: 'attribute',
		attribute: 'plan',
		attribute_value: 'vip',
		tier: 'senior',
		weight: '10',
		enabled: true,
	};

	it('have an attribute only if the condition needs one', () => {
		expect(ruleSchema.parse(rule)).toMatchObject({ attribute: 'plan', weight: 10 });
		expect(ruleSchema.parse({ ...rule, condition: 'always' })).toMatchObject({
			attribute: null,
			attribute_value: null,
		});
		expect(ruleSchema.safeParse({ ...rule, attribute: '' }).success).toBe(false);
	});

	it('have hours that end after they begin, where midnight is the end of a day', () => {
		const hours = { weekdays: ['1', '5'], opens: '09:00', closes: '00:00' };
		expect(hoursSchema.parse(hours)).toEqual({ weekdays: [1, 5], opens: '09:00', closes: '24:00' });
		expect(hoursSchema.safeParse({ ...hours, closes: '08:59' }).success).toBe(false);
		expect(hoursSchema.safeParse({ ...hours, weekdays: [] }).success).toBe(false);
		expect(hoursSchema.safeParse({ ...hours, weekdays: ['8'] }).success).toBe(false);
		expect(hoursSchema.safeParse({ ...hours, opens: '25:00' }).success).toBe(false);
	});

	it('need a valid address, name and limit', () => {
		expect(
			inviteSchema.safeParse({ email: 'nobody', display_name: '', role: 'agent' }).success,
		).toBe(false);
		const member = {
			user_id: '00000000-0000-4000-8000-000000000001',
			display_name: 'Mika',
			role: 'agent',
			tier: 'senior',
			max_active: '',
		};
		expect(memberSchema.parse(member).max_active).toBeNull();
		expect(memberSchema.safeParse({ ...member, max_active: '0' }).success).toBe(false);
		expect(memberSchema.safeParse({ ...member, role: 'owner' }).success).toBe(false);
	});
});

// Their allowed values are tested in supabase/tests/settings/settings-agree.test.ts.
describe('the settings of the forms and of the database', () => {
	it('are the same: each setting is on a page', () => {
		const kept = ['id', 'email_problem', 'email_problem_at', 'version', 'created_at', 'updated_at'];
		// A page must not give access to the server's network.
		kept.push('webhook_private_targets');
		const types = readFileSync('src/lib/database.types.ts', 'utf8');
		const row = /support_settings: \{\s*Row: \{([^}]*)\}/.exec(types)?.[1] ?? '';
		const columns = [...row.matchAll(/(\w+):/g)].map(([, name]) => name);
		const shown = Object.values(SECTIONS).flatMap((fields) => fields.map(({ name }) => name));
		expect([...shown, ...kept].sort()).toEqual(columns.sort());
	});
});
