import { z } from 'zod';
import { countCharacters, isBlank } from '$chat';
import { settingsStrings as strings } from '$lib/dashboard/strings/settings';
import { EMAIL_LOCALES } from '$lib/dashboard/settings/email';
import type { SectionName } from '$lib/dashboard/settings/fields';
import { LIMITS } from '$lib/dashboard/settings/limits';
import type { SettingsUpdate } from '$lib/dashboard/settings/values';
import { isWebAddress, toAsciiAddress } from './web-address';

const { problem } = strings;
interface Range {
	min: number;
	max: number;
}

/** One line of text, without surrounding blanks. */
export const line = (max: number) =>
	z
		.string()
		.trim()
		.refine((text) => countCharacters(text) <= max, problem.tooLong(max))
		.regex(/^\P{Cc}*$/u, problem.oneLine)
		.transform((text) => (isBlank(text) ? '' : text));

/** As line(), but not empty. */
export const requiredLine = (max: number) =>
	line(max).refine((text) => text !== '', problem.required);

/** A whole number as text. */
export const whole = ({ min, max }: Range) =>
	z
		.string()
		.trim()
		.regex(/^\d{1,9}$/, problem.whole(min, max))
		.transform(Number)
		.refine((value) => value >= min && value <= max, problem.whole(min, max));

/** As whole(), or empty. */
export const optionalWhole = (range: Range) => emptyAsNull(whole(range));

const emptyAsNull = <T extends z.ZodType>(schema: T) =>
	z.union([
		z
			.string()
			.regex(/^\s*$/)
			.transform(() => null),
		schema,
	]);

/** A number of minutes or seconds as text; becomes an interval. */
const span = ({ min, max }: Range, seconds: number) =>
	z
		.string()
		.trim()
		.regex(/^\d{1,9}([.,]\d{1,3})?$/, problem.number(min, max))
		.transform((typed) => Number(typed.replace(',', '.')))
		.refine((value) => value >= min && value <= max, problem.number(min, max))
		.transform((value) => `${Math.round(value * seconds * 1000) / 1000} seconds`);

const url = emptyAsNull(
	line(LIMITS.url)
		.transform(toAsciiAddress)
		.refine((value) => isWebAddress(value), problem.url),
);

/** `support@acme.com`, or `Acme <support@acme.com>`. */
const sender = emptyAsNull(
	line(LIMITS.emailFrom).refine((value) => {
		const [, inBrackets] = /^[^<>]*<([^<>]*)>$/.exec(value) ?? [];
		return isEmailAddress(inBrackets ?? value);
	}, problem.sender),
);

const localeText = z
	.object({
		locale: z.string().trim(),
		text: z
			.string()
			.trim()
			.transform((text) => (isBlank(text) ? '' : text)),
	})
	.refine(({ locale, text }) => text === '' || locale !== '', problem.localeMissing)
	.refine(({ locale, text }) => text === '' || locale === '' || LIMITS.locale.test(locale), {
		error: ({ input }) => problem.locale(localeOf(input)),
	})
	.refine(({ text }) => countCharacters(text) <= LIMITS.text, problem.tooLong(LIMITS.text));

const localeOf = (input: unknown): string =>
	z.object({ locale: z.string() }).safeParse(input).data?.locale ?? '';

/** Texts by language; a language without a text is left out. */
const texts = z.array(localeText).transform((all, context) => {
	const byLocale = new Map<string, string>();
	for (const { locale, text } of all) {
		if (text === '') continue;
		if (byLocale.has(locale))
			context.issues.push({ code: 'custom', message: problem.localeTwice(locale), input: all });
		byLocale.set(locale, text);
	}
	return Object.fromEntries(byLocale);
});

/** Without invisible characters at both ends, with the database's list of them. */
function trimBlank(text: string): string {
	const characters = Array.from(text);
	const first = characters.findIndex((character) => !isBlank(character));
	const last = characters.findLastIndex((character) => !isBlank(character));
	return first < 0 ? '' : characters.slice(first, last + 1).join('');
}

/** Roles separated by commas, without duplicates. */
const roles = z
	.string()
	.transform((typed) => [...new Set(typed.split(',').map(trimBlank))])
	.transform((all) => all.filter((role) => role !== ''))
	.refine((all) => all.length <= LIMITS.agentRoles, problem.tooManyRoles(LIMITS.agentRoles))
	.refine((all) => all.every((role) => countCharacters(role) <= LIMITS.agentRole), {
		error: problem.roleTooLong(LIMITS.agentRole),
	})
	.refine((all) => all.every((role) => /^\P{Cc}*$/u.test(role)), problem.oneLine);

/** As in the database: ASCII, no name, a dot in the domain. */
const ADDRESS =
	/^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)+$/;
export const isEmailAddress = (text: string): boolean =>
	text.length <= LIMITS.emailAddress && ADDRESS.test(text);

/** Addresses separated by commas, semicolons or blanks, without duplicates. */
const addresses = z
	.string()
	.transform((typed) => typed.split(/[,;\s]+/).filter((address) => address !== ''))
	.superRefine((all, context) => {
		const wrong = all.find((address) => !isEmailAddress(address));
		const lower = all.map((address) => address.toLowerCase());
		const twice = all.find((address, at) => lower.indexOf(address.toLowerCase()) < at);
		const message =
			wrong !== undefined
				? problem.address(wrong.slice(0, 100))
				: twice !== undefined
					? problem.addressTwice(twice)
					: all.length > LIMITS.notificationEmails
						? problem.tooManyAddresses(LIMITS.notificationEmails)
						: null;
		if (message !== null) context.addIssue({ code: 'custom', message });
	});

/** The selected options, without duplicates, in the order of the page. */
const uploadTypes = z
	.string()
	.transform((typed) => typed.split(',').map((type) => type.trim()))
	.transform((all) => all.filter((type) => type !== ''))
	.pipe(z.array(z.enum(LIMITS.uploadTypes, problem.choice)))
	.transform((all) => LIMITS.uploadTypes.filter((type) => all.includes(type)));

/** The settings that each page may write, parsed from its form. */
export const sectionSchemas = {
	general: z.object({
		app_name: requiredLine(LIMITS.appName),
		chat_url: url,
		dashboard_url: url,
		messages_per_minute: whole(LIMITS.messagesPerMinute),
		upload_types: uploadTypes,
		max_upload_mb: whole(LIMITS.maxUploadMb),
	}),
	conversations: z.object({
		welcome_message: texts,
		end_message: texts,
		expected_reply_minutes: optionalWhole(LIMITS.expectedReplyMinutes),
		inactivity_minutes: optionalWhole(LIMITS.inactivityMinutes),
		message_before_accept: z.boolean(),
		only_assigned_may_write: z.boolean(),
		allow_view_history: z.boolean(),
		delete_history: z.enum(['off', 'hide', 'erase'], problem.choice),
	}),
	// Only the database has the list of time zones.
	hours: z.object({ time_zone: requiredLine(64) }),
	assignment: z.object({
		auto_assign: z.boolean(),
		max_active_conversations: optionalWhole(LIMITS.maxActive),
		agent_timeout: span(LIMITS.agentTimeoutSeconds, 1),
		failover_minutes: optionalWhole(LIMITS.failoverMinutes),
	}),
	team: z.object({ agent_roles: roles }),
	email: z.object({
		email_enabled: z.boolean(),
		email_from: sender,
		email_delay: span(LIMITS.emailDelayMinutes, 60),
		email_max_delay: span(LIMITS.emailDelayMinutes, 60),
		email_daily_cap: whole(LIMITS.emailDailyCap),
		unsubscribe_url: url,
	}),
	notifications: z.object({
		notify_new_conversation: z.boolean(),
		notify_after_minutes: whole(LIMITS.notifyAfterMinutes),
		notification_emails: addresses,
		notification_locale: z.enum(EMAIL_LOCALES, problem.choice),
	}),
} satisfies Record<SectionName, z.ZodType<SettingsUpdate>>;

/** The first error of each invalid field. */
export function problemsOf(error: z.ZodError): Record<string, string> {
	const problems: Record<string, string> = {};
	for (const issue of error.issues) {
		const name = String(issue.path[0] ?? '');
		problems[name] ??= sentenceOf(issue);
	}
	return problems;
}

/** For a choice between "nothing" and a value, report the error of the value. */
function sentenceOf(issue: z.core.$ZodIssue): string {
	if (issue.code !== 'invalid_union') return issue.message;
	const last = issue.errors.at(-1)?.[0];
	return last ? sentenceOf(last) : issue.message;
}
