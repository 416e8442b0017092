/** The emails whose texts a team may change. */
export const TEMPLATE_KINDS = ['user_reply', 'staff_waiting'] as const;
export type TemplateKind = (typeof TEMPLATE_KINDS)[number];

/** The languages of emails. */
export const EMAIL_LOCALES = ['en', 'de', 'es', 'fr', 'zh'] as const;
export type EmailLocale = (typeof EMAIL_LOCALES)[number];

/** The largest length of a template, in characters. */
export const SUBJECT_MAX_CHARACTERS = 200;
export const BODY_MAX_CHARACTERS = 5000;

/**
 * The variables that a kind of email may contain, and those that its body requires. The database has the same list; a
 * test compares them.
 */
export const VARIABLES = {
	user_reply: {
		subject: ['app_name', 'customer', 'summary'],
		body: ['app_name', 'customer', 'summary', 'messages', 'chat_link', 'unsubscribe_link'],
		required: ['messages', 'chat_link'],
	},
	staff_waiting: {
		subject: ['app_name', 'customer', 'waiting_minutes'],
		body: ['app_name', 'customer', 'waiting_minutes', 'first_message', 'chat_link'],
		required: [],
	},
} as const satisfies Record<
	TemplateKind,
	Record<'subject' | 'body' | 'required', readonly string[]>
>;

/** Subject and text of an email, with variables. Blank lines separate paragraphs. */
export interface Template {
	subject: string;
	body: string;
}

/** A template of the team. */
export interface OwnTemplate extends Template {
	kind: string;
	locale: string;
}
