import { headerText, preview } from '../text.ts';

/** Characters that change the direction of surrounding text: harmless in a message, but not in our own lines. */
const TURNS = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** A customer's name in an email: one line, at most 80 characters. */
export function customerName(
	customer: { name: string | null; email: string | null } | null | undefined,
	unknown: string,
): string {
	const name = line(customer?.name ?? '', 80);
	const email = line(customer?.email ?? '', 120);
	if (name !== '' && email !== '' && name !== email) return `${name} (${email})`;
	return name || email || unknown;
}

/** As headerText(), for text of other people inside our own text. */
export function line(text: string, length: number): string {
	return headerText(text.replace(TURNS, ''), length);
}

/** As preview(), for text of other people inside our own text. */
export function excerpt(text: string, length: number): string {
	return preview(text.replace(TURNS, ''), length);
}
