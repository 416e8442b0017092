import { currentEffect, derived, effect, get, untrack, type Source } from './signals';

/** Runs `fn` with the values of `reads` now and whenever one of them is another. */
export function template_effect(
	fn: (...values: unknown[]) => void,
	reads: (() => unknown)[] = [],
): void {
	const values: Source[] = reads.map(derived);
	effect(false, () => void fn(...values.map(get)));
}

/** What the compiler's output puts into text and attributes. */
type Plain = string | number | boolean | null | undefined;

export function set_text(node: Text, value: Plain): void {
	const words = String(value ?? '');
	if (node.data !== words) node.data = words;
}

export function set_attribute(element: Element, name: string, value: Plain): void {
	if (value == null) element.removeAttribute(name);
	else if (typeof value === 'boolean' && name in element) Reflect.set(element, name, value);
	else element.setAttribute(name, String(value));
}

type Classes = Record<string, unknown>;

export function set_class(
	element: Element,
	_isHtml: number,
	value: unknown,
	hash: string | null,
	_previous?: Classes,
	toggled: Classes = {},
): Classes {
	const names = [value, hash, ...Object.keys(toggled).filter((name) => toggled[name])];
	const wanted = names.filter(Boolean).join(' ');
	if (element.getAttribute('class') !== wanted) element.setAttribute('class', wanted);
	return toggled;
}

/** Through the CSSOM, which a content security policy without inline styles allows. */
export function set_style(
	element: HTMLElement,
	_value: unknown,
	_previous?: unknown,
	styles: Record<string, Plain> = {},
): Record<string, Plain> {
	for (const name in styles) element.style.setProperty(name, String(styles[name] ?? ''));
	return styles;
}

/** Each element hears its own events: there is nothing to gain from delegation in so small a page. */
export function delegated(name: string, element: Element, handler?: (event: Event) => void): void {
	if (handler) element.addEventListener(name, (event) => handler.call(element, event));
}

/** For what is not an element's own, such as the window: it stops listening with the component. */
export function event(name: string, target: EventTarget, handler: (event: Event) => void): void {
	const hear = (heard: Event) => handler.call(target, heard);
	target.addEventListener(name, hear);
	currentEffect()?.cleanups.push(() => target.removeEventListener(name, hear));
}

export const delegate = (): void => undefined;

export function bind_this<T>(value: T, write: (value: T | null) => void, read: () => unknown): T {
	effect(false, () => {
		untrack(() => write(value));
		// Another one may have taken its place by then.
		return () => read() === value && write(null);
	});
	return value;
}

export function bind_value(
	input: HTMLTextAreaElement,
	read: () => string | null | undefined,
	write: (value: string) => void = (value) => void Reflect.apply(read, null, [value]),
): void {
	input.addEventListener('input', () => write(input.value));
	effect(false, () => {
		const value = read() ?? '';
		// Writing what is there already would move the caret.
		if (input.value !== value) input.value = value;
	});
}

export function bind_checked(
	input: HTMLInputElement,
	read: () => boolean | null | undefined,
	write: (value: boolean) => void = (value) => void Reflect.apply(read, null, [value]),
): void {
	input.addEventListener('change', () => write(input.checked));
	effect(false, () => void (input.checked = read() ?? false));
}

export function set_value(input: HTMLInputElement | HTMLTextAreaElement, value: Plain): void {
	const words = String(value ?? '');
	if (input.value !== words) input.value = words;
}
