/** Whether a key means "send": Enter, alone, and not one that ends a composition of Chinese, Japanese or Korean. */
export function isPlainEnter(event: KeyboardEvent): boolean {
	// Safari reports a composition only by the old key code.
	// eslint-disable-next-line @typescript-eslint/no-deprecated
	const composing = event.isComposing || event.keyCode === 229;
	const modified = event.shiftKey || event.altKey || event.ctrlKey || event.metaKey;
	return event.key === 'Enter' && !composing && !modified;
}
