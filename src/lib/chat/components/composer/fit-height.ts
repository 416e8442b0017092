const growsByItself = typeof CSS !== 'undefined' && CSS.supports('field-sizing', 'content');

/** Makes a box as high as its text, where the browser does not do it by itself. */
export function fitHeight(box: HTMLElement): void {
	if (growsByItself) return;
	box.style.height = 'auto';
	box.style.height = `${box.scrollHeight}px`;
}
