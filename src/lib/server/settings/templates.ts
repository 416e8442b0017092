import { z } from 'zod';
import { countCharacters, isBlank } from '$chat';
import {
	BODY_MAX_CHARACTERS,
	EMAIL_LOCALES,
	missingVariable,
	SUBJECT_MAX_CHARACTERS,
	TEMPLATE_KINDS,
	unknownVariable,
} from '$lib/dashboard/settings/email';
import { noticeStrings } from '$lib/dashboard/strings/notices';
import { settingsStrings } from '$lib/dashboard/strings/settings';

const { problem } = settingsStrings;
const { templates: strings } = noticeStrings;

const text = (max: number) =>
	z
		.string()
		.transform((typed) => typed.replaceAll('\r\n', '\n').trim())
		.refine((typed) => !isBlank(typed), problem.required)
		.refine((typed) => countCharacters(typed) <= max, problem.tooLong(max));

/** The entered texts of an email; an error names the variable. */
export const templateSchema = z
	.object({
		kind: z.enum(TEMPLATE_KINDS, problem.choice),
		locale: z.enum(EMAIL_LOCALES, problem.choice),
		subject: text(SUBJECT_MAX_CHARACTERS).refine(
			(typed) => !/[\p{Cc}\u2028\u2029]/u.test(typed),
			problem.oneLine,
		),
		body: text(BODY_MAX_CHARACTERS),
	})
	.superRefine(({ kind, subject, body }, context) => {
		const complain = (path: 'subject' | 'body', message: string): void =>
			context.addIssue({ code: 'custom', path: [path], message });
		const inSubject = unknownVariable(kind, 'subject', subject);
		if (inSubject !== null) complain('subject', strings.unknown(inSubject));
		const inBody = unknownVariable(kind, 'body', body);
		const missing = missingVariable(kind, body);
		if (inBody !== null) complain('body', strings.unknown(inBody));
		else if (missing !== null) complain('body', strings.missing(missing));
	});
