import { number } from './count';
import { webhookCodes } from './webhooks';

/** Problems of entered values, or of the attempt to save them. */
export const problem = {
	required: 'This cannot be empty.',
	tooLong: (max: number) => `At most ${number.format(max)} characters.`,
	oneLine: 'This has to be one line.',
	url: 'Enter a whole address, such as https://www.example.com/help.',
	sender: 'Enter an address, such as Acme <support@example.com>.',
	email: 'Enter an e-mail address, such as you@example.com.',
	whole: (min: number, max: number) =>
		`A whole number from ${number.format(min)} to ${number.format(max)}.`,
	number: (min: number, max: number) =>
		`A number from ${number.format(min)} to ${number.format(max)}.`,
	locale: (locale: string) => `“${locale}” is no language code. Take one such as en, de or pt-BR.`,
	localeTwice: (locale: string) => `There are two texts for “${locale}”.`,
	localeMissing: 'Say which language the text is in.',
	choice: 'Choose one of these.',
	timeZone: 'The database does not know this time zone.',
	refused: (detail: string) => `The database refused this: ${detail}`,
	time: 'Enter a time.',
	closes: 'The end has to come after the beginning.',
	weekday: 'Choose at least one day.',
	hoursTwice: 'There are hours already that begin at this time.',
	attribute: 'Name the field, and what it has to be.',
	tooManyRoles: (max: number) => `At most ${number.format(max)} roles.`,
	roleTooLong: (max: number) => `A role has at most ${number.format(max)} characters.`,
	address: (address: string) =>
		`“${address}” is no e-mail address. Take one such as you@example.com, without a name.`,
	addressTwice: (address: string) => `“${address}” is there twice.`,
	tooManyAddresses: (max: number) => `At most ${number.format(max)} addresses.`,
	agent: 'A name of 1 to 80 characters, and a limit from 1 to 1,000 or none.',
	check: 'Nothing was saved. See what is marked below.',
	forbidden: 'Only admins of the team may do this. Nothing was changed.',
	signedOut: 'Your session has ended. Sign in again; nothing was changed.',
	unreachable: 'Supabase cannot be reached right now. Nothing was changed; try again in a moment.',
	/** `wait` is a number of seconds. */
	tooOften: (wait: number) =>
		`That is too often. Nothing was changed; try again in ${wait < 120 ? `${wait} seconds` : `${Math.ceil(wait / 60)} minutes`}.`,
	unexpected: 'That did not work, and nothing was changed. Try again.',
} as const;

/** The database's codes in words. */
export const codes = {
	support_user_not_found:
		'Nobody has confirmed this address in your app yet. They sign up there and confirm it first, then you invite them here.',
	support_agent_exists: 'This person is on the team already.',
	support_agent_not_found: 'This person is not on the team any more.',
	support_agent_invalid: 'A name of 1 to 80 characters, and a limit from 1 to 1,000 or none.',
	support_email_address_invalid: 'Enter one e-mail address, such as you@example.com.',
	support_test_email_rate_limited:
		'You have sent 10 test e-mails this hour, which is the limit. Try again later.',
	support_template_variable_unknown:
		'There is a variable that this e-mail does not have. Take those from the list.',
	support_template_variable_missing:
		'There is a variable missing that this e-mail needs: see the list.',
	...webhookCodes,
	support_last_admin: 'This is the only admin. Make somebody else an admin first.',
} as const;
