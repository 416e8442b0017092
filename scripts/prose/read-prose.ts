import ts from 'typescript';

/** One paragraph that people read, and the place where it begins. */
export interface Prose {
	kind: 'comment' | 'title' | 'text' | 'document';
	/** Counted from 1. */
	line: number;
	text: string;
}

/** Files whose string literals are texts of the user interface or of emails, in English. */
const ENGLISH_TEXTS =
	/\/(i18n\/(\w+\/)?en|email\/words\/en|strings\/[\w-]+|[\w-]+-strings|strings)\.ts$/;
const TITLE_CALLS = new Set(['it', 'test', 'describe']);

/** Reads the comments, test titles and English texts of a source file, or the paragraphs of a document. */
export function readProse(path: string, source: string): Prose[] {
	if (path.endsWith('.md')) return paragraphsOf('document', dropCode(source), 1);
	if (path.endsWith('.sql')) return sqlProse(source);
	if (path.endsWith('.css')) return blockComments(source, 0, source);
	if (path.endsWith('.svelte')) return svelteProse(source);
	return typescriptProse(source, ENGLISH_TEXTS.test(path));
}

function svelteProse(source: string): Prose[] {
	const found: Prose[] = [];
	const markup = source.replace(
		/<(script|style)[^>]*>([\s\S]*?)<\/\1>/g,
		(whole, tag: string, content: string, offset: number) => {
			const start = offset + whole.indexOf(content);
			if (tag === 'style') found.push(...blockComments(content, start, source));
			else
				for (const prose of typescriptProse(content, false))
					found.push({ ...prose, line: prose.line + lineAt(source, start) - 1 });
			return whole.replace(/[^\n]/g, ' ');
		},
	);
	for (const { 1: text = '', index } of markup.matchAll(/<!--([\s\S]*?)-->/g))
		found.push(...paragraphsOf('comment', text, lineAt(markup, index)));
	return found;
}

function blockComments(content: string, start: number, source: string): Prose[] {
	return [...content.matchAll(/\/\*([\s\S]*?)\*\//g)].flatMap(({ 1: text = '', index }) =>
		paragraphsOf('comment', unstar(text), lineAt(source, start + index)),
	);
}

function typescriptProse(source: string, hasTexts: boolean): Prose[] {
	const file = ts.createSourceFile('file.ts', source, ts.ScriptTarget.Latest, true);
	const found: Prose[] = [];
	const comments: { pos: number; end: number; block: boolean }[] = [];
	const visit = (node: ts.Node): void => {
		const children = node.getChildren(file);
		if (children.length === 0) comments.push(...commentsBefore(node, source));
		if (ts.isCallExpression(node)) found.push(...titleOf(node, file));
		if (hasTexts && ts.isStringLiteralLike(node) && node.text.includes(' '))
			found.push({ kind: 'text', line: lineAt(source, node.getStart(file)), text: node.text });
		children.forEach(visit);
	};
	visit(file);
	for (const comment of joinLines(comments, source)) {
		const raw = source.slice(comment.pos, comment.end);
		const text = comment.block ? unstar(raw.slice(2, -2)) : raw.replace(/^[ \t]*\/\/ ?/gm, '');
		found.push(...paragraphsOf('comment', text, lineAt(source, comment.pos)));
	}
	return found;
}

function commentsBefore(token: ts.Node, source: string) {
	const ranges = [
		...(ts.getLeadingCommentRanges(source, token.pos) ?? []),
		...(ts.getTrailingCommentRanges(source, token.pos) ?? []),
	];
	return ranges
		.filter(({ pos, end }) => pos >= token.pos && end <= token.getStart())
		.map(({ pos, end, kind }) => ({
			pos,
			end,
			block: kind === ts.SyntaxKind.MultiLineCommentTrivia,
		}));
}

/** Line comments on consecutive lines are one paragraph. */
function joinLines(comments: { pos: number; end: number; block: boolean }[], source: string) {
	const joined: typeof comments = [];
	const unique = new Map(comments.map((comment) => [comment.pos, comment]));
	for (const comment of [...unique.values()].sort((a, b) => a.pos - b.pos)) {
		const last = joined.at(-1);
		const between = last ? source.slice(last.end, comment.pos) : '';
		if (last && !last.block && !comment.block && /^\r?\n[ \t]*$/.test(between))
			last.end = comment.end;
		else joined.push({ ...comment });
	}
	return joined;
}

function titleOf(call: ts.CallExpression, file: ts.SourceFile): Prose[] {
	const root = /^\w+/.exec(call.expression.getText(file))?.[0] ?? '';
	const title = call.arguments[0];
	if (!TITLE_CALLS.has(root) || !title || !ts.isStringLiteralLike(title)) return [];
	return [{ kind: 'title', line: lineAt(file.text, title.getStart(file)), text: title.text }];
}

function sqlProse(source: string): Prose[] {
	const found: Prose[] = [];
	for (const { 0: whole, index } of source.matchAll(/(?:^[ \t]*--.*\n?)+/gm))
		found.push(
			...paragraphsOf('comment', whole.replace(/^[ \t]*--[ \t]?/gm, ''), lineAt(source, index)),
		);
	for (const { 1: text = '', index } of source.matchAll(/[;,({\w)'][ \t]+-- (.+)$/gm))
		found.push({ kind: 'comment', line: lineAt(source, index), text });
	for (const { 1: text = '', index } of source.matchAll(
		/^comment on [^']*?\bis\s+((?:'(?:[^']|'')*'\s*)+);/gm,
	))
		found.push({
			kind: 'comment',
			line: lineAt(source, index),
			text: text
				.trim()
				.replace(/'\s*\n\s*'/g, '')
				.slice(1, -1)
				.replaceAll("''", "'"),
		});
	return found;
}

/** Removes the fences and the code between them, and keeps the lines. */
const dropCode = (source: string): string =>
	source.replace(/^ *(```|~~~)[\s\S]*?^ *\1/gm, (code) => code.replace(/[^\n]/g, ''));

const unstar = (text: string): string => text.replace(/^[ \t]*\*?[ \t]?/gm, '');

/** List items, headings, tags of a docstring, and the lists of names in the headers of migrations. */
const STARTS_PARAGRAPH = /^([-*+#]|\d+\.|@\w+|Creates:) ?/;

/** Paragraphs end at an empty line, a list item, a heading, a table row or a tag of a docstring. */
function paragraphsOf(kind: Prose['kind'], text: string, firstLine: number): Prose[] {
	const found: Prose[] = [];
	let open: Prose | null = null;
	text.split('\n').forEach((raw, index) => {
		const line = raw.trim();
		const row = line.startsWith('|');
		if (line === '' || row || STARTS_PARAGRAPH.test(line)) open = null;
		if (line === '') return;
		for (const cell of row ? line.split('|') : [line]) {
			if (open) open.text += ` ${cell.trim()}`;
			else if (/[\p{L}\d]/u.test(cell)) {
				const prose: Prose = { kind, line: firstLine + index, text: cell.trim() };
				found.push(prose);
				if (!row) open = prose;
			}
		}
		if (line.startsWith('#') || line.endsWith('-----')) open = null;
	});
	return found;
}

function lineAt(source: string, offset: number): number {
	return source.slice(0, offset).split('\n').length;
}
