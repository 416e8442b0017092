import { tokenize, type Token } from './template.ts';

/** A person's message as an email quotes it. */
export interface Quote {
	name: string;
	text: string;
	dir: 'ltr' | 'rtl';
}

/** The value of a variable. Only a `link` becomes a link, and only our own code makes links. */
export type Value =
	| { kind: 'text'; text: string }
	/** If it is alone in its paragraph, it becomes the heading. */
	| { kind: 'heading'; text: string }
	| { kind: 'link'; href: string; label: string }
	| { kind: 'quotes'; before: string | null; quotes: Quote[] };

/** By name. Null: this email does not have the value, and the variable is removed. */
export type Values = Record<string, Value | null>;

export type Inline = { text: string } | { href: string; label: string };

/** An email's text in parts, before it becomes HTML or plain text. */
export type Block =
	| { kind: 'heading'; text: string }
	| { kind: 'paragraph'; inlines: Inline[] }
	| { kind: 'button'; href: string; label: string }
	| { kind: 'quotes'; before: string | null; quotes: Quote[] };

/** Puts the values into a template's text. Blank lines separate paragraphs; an unknown variable stays in the text. */
export function fillBody(body: string, values: Values): Block[] {
	return body
		.replaceAll('\r\n', '\n')
		.split(/\n[ \t]*\n+/)
		.map((paragraph) => paragraph.trim())
		.filter((paragraph) => paragraph !== '')
		.flatMap((paragraph) => fillParagraph(tokenize(paragraph), values));
}

/** Puts the values into one line, which cannot have links or quotes. */
export function fillLine(template: string, values: Values): string {
	return tokenize(template)
		.map((token) => {
			if ('text' in token) return token.text;
			const value = valueOf(token.variable, values);
			return value && 'text' in value ? value.text : '';
		})
		.join('');
}

function fillParagraph(tokens: Token[], values: Values): Block[] {
	const [only, ...others] = tokens;
	if (only && 'variable' in only && others.length === 0) {
		const value = valueOf(only.variable, values);
		if (value?.kind === 'link') return [{ kind: 'button', href: value.href, label: value.label }];
		if (value?.kind === 'heading') return [{ kind: 'heading', text: value.text }];
	}
	const blocks: Block[] = [];
	let inlines: Inline[] = [];
	const flush = (): void => {
		const hasWords = inlines.some((one) => 'href' in one || one.text.trim() !== '');
		if (hasWords) blocks.push({ kind: 'paragraph', inlines });
		inlines = [];
	};
	for (const token of tokens) {
		const value: Value | null =
			'text' in token ? { kind: 'text', text: token.text } : valueOf(token.variable, values);
		if (value?.kind === 'quotes') {
			flush();
			blocks.push(value);
		} else if (value?.kind === 'link') inlines.push({ href: value.href, label: value.label });
		else if (value) inlines.push({ text: value.text });
	}
	flush();
	return blocks;
}

function valueOf(variable: string, values: Values): Value | null {
	if (!Object.hasOwn(values, variable)) return { kind: 'text', text: `{{${variable}}}` };
	return values[variable] ?? null;
}
