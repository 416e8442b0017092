import { VARIABLES, type TemplateKind } from './variables.ts';

const BLANKS = ' \t\r\n';

/** A part of a template: text or a variable. */
export type Token = { text: string } | { variable: string };

/**
 * Splits a template into its parts. Inserted values are never parsed: a customer named `{{chat_link}}` keeps exactly
 * that name.
 */
export function tokenize(template: string): Token[] {
	const tokens: Token[] = [];
	let end = 0;
	for (const match of template.matchAll(/\{\{([^{}]*)\}\}/g)) {
		if (match.index > end) tokens.push({ text: template.slice(end, match.index) });
		tokens.push({ variable: trim(match[1] ?? '') });
		end = match.index + match[0].length;
	}
	if (end < template.length) tokens.push({ text: template.slice(end) });
	return tokens;
}

/** The variables of a template, in their order. */
export function variablesIn(template: string): string[] {
	return tokenize(template).flatMap((token) => ('variable' in token ? [token.variable] : []));
}

/** The first variable that this part of this email does not have; else null. */
export function unknownVariable(
	kind: TemplateKind,
	part: 'subject' | 'body',
	template: string,
): string | null {
	const known: readonly string[] = VARIABLES[kind][part];
	return variablesIn(template).find((name) => !known.includes(name)) ?? null;
}

/** The first required variable that is missing in the text of this email; else null. */
export function missingVariable(kind: TemplateKind, body: string): string | null {
	const used = variablesIn(body);
	return VARIABLES[kind].required.find((name) => !used.includes(name)) ?? null;
}

/** The characters that the database trims; only these count as blanks. */
function trim(name: string): string {
	let [start, end] = [0, name.length];
	while (start < end && BLANKS.includes(name[start] ?? '')) start += 1;
	while (end > start && BLANKS.includes(name[end - 1] ?? '')) end -= 1;
	return name.slice(start, end);
}
