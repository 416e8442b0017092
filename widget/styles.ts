/** Gives a shadow root a stylesheet without any `<style>` element, which a strict content security policy would refuse. */
export function adoptStyles(shadow: ShadowRoot, css: string): void {
	const sheet = new CSSStyleSheet();
	sheet.replaceSync(css);
	shadow.adoptedStyleSheets.push(sheet);
}
