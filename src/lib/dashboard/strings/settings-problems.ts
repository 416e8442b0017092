import { number } from './count';
import { webhookCodes } from './webhooks';

/** Problems of entered values, or of the attempt to save them. */
export const problem = {
	required: 'This cannot be empty.',
	tooLong: (max: number) => `At most ${number.format(max)} characters.`,
	oneLine: 'Must be a single line.',
	url: 'Enter a full URL, such as https://www.example.com/help.',
	sender: 'Enter an address, such as Acme <support@example.com>.',
	email: 'Enter an email address, such as you@example.com.',
	whole: (min: number, max: number) =>
		`Enter a whole number from ${number.format(min)} to ${number.format(max)}.`,
	number: (min: number, max: number) =>
		`Enter a number from ${number.format(min)} to ${number.format(max)}.`,
	locale: (locale: string) =>
		`“${locale}” is not a language code. Use one such as en, de or pt-BR.`,
	localeTwice: (locale: string) => `There are two texts for “${locale}”.`,
	localeMissing: 'Enter the language of the text.',
	choice: 'Choose one of the options.',
	timeZone: 'Unknown time zone. Choose one from the list.',
	refused: (detail: string) => `The database rejected this value: ${detail}`,
	time: 'Enter a time.',
	closes: 'The end must be after the start.',
	weekday: 'Choose at least one day.',
	hoursTwice: 'There are already hours that start at this time.',
	attribute: 'Enter a field and its value.',
	tooManyRoles: (max: number) => `At most ${number.format(max)} roles.`,
	roleTooLong: (max: number) => `A role can have at most ${number.format(max)} characters.`,
	address: (address: string) =>
		`“${address}” is not an email address. Enter one such as you@example.com, without a name.`,
	addressTwice: (address: string) => `“${address}” is listed twice.`,
	tooManyAddresses: (max: number) => `At most ${number.format(max)} addresses.`,
	check: 'Nothing was saved. Check the fields marked below.',
	forbidden: 'Only admins can do this. Nothing was changed.',
	signedOut: 'Your session has ended and nothing was changed. Sign in again.',
	unreachable: 'Supabase is not responding and nothing was changed. Try again in a moment.',
	/** `wait` is a number of seconds. */
	tooOften: (wait: number) =>
		`Too many requests, so nothing was changed. Try again in ${wait < 120 ? `${wait} seconds` : `${Math.ceil(wait / 60)} minutes`}.`,
	unexpected: 'Something went wrong and nothing was changed. Try again.',
} as const;

/** The text of a form when someone else has saved the same field. */
export const conflict = {
	field: (value: string) => `Another admin changed this in the meantime. It is now: ${value}`,
	named: (label: string, value: string) => `${label}: ${value}`,
	form: (fields: string[]) =>
		fields.length === 0
			? 'Other admins are saving at the same time, so nothing was saved. Your changes are still here. Save again.'
			: `Nothing was saved, because another admin changed the same settings (${fields.join('; ')}). Your changes are still here. Save again to replace theirs.`,
	on: 'on',
	off: 'off',
	empty: 'empty',
} as const;

/** The database's codes in words. */
export const codes = {
	support_user_not_found:
		'No confirmed account in your app has this address. Ask them to sign up and confirm it, then add them here.',
	support_agent_exists: 'This person is already on the team.',
	support_agent_not_found: 'This person is no longer on the team.',
	support_agent_invalid: 'Enter a name of 1 to 80 characters, and a limit from 1 to 1,000 or none.',
	support_email_address_invalid: 'Enter one email address, such as you@example.com.',
	support_test_email_rate_limited:
		'You have sent 10 test emails this hour, which is the limit. Try again later.',
	support_template_variable_unknown:
		'The text uses a variable that this email does not have. Use one from the list.',
	support_template_variable_missing:
		'The text is missing a variable that this email needs. See the list.',
	...webhookCodes,
	support_last_admin: 'This is the only admin. Make another agent an admin first.',
} as const;
