/**
 * The same code with which the Edge Function writes emails: the preview shows exactly the email that is sent.
 */
export {
	missingVariable,
	unknownVariable,
} from '../../../../supabase/functions/_shared/email/template.ts';
export { templateFor } from '../../../../supabase/functions/_shared/email/language.ts';
export {
	BODY_MAX_CHARACTERS,
	EMAIL_LOCALES,
	SUBJECT_MAX_CHARACTERS,
	TEMPLATE_KINDS,
	VARIABLES,
	type EmailLocale,
	type Template,
	type TemplateKind,
} from '../../../../supabase/functions/_shared/email/variables.ts';
export { writeTeamWaiting } from '../../../../supabase/functions/_shared/team-mail.ts';
export { writeSupportReply } from '../../../../supabase/functions/_shared/support-reply.ts';
