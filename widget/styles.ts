/**
 * Gives a shadow root a stylesheet without any `<style>` element, which a strict content security policy would refuse;
 * browsers that cannot construct stylesheets get the element.
 */
export function adoptStyles(shadow: ShadowRoot, css: string): void {
	try {
		const sheet = new CSSStyleSheet();
		sheet.replaceSync(css);
		shadow.adoptedStyleSheets = [...shadow.adoptedStyleSheets, sheet];
	} catch {
		shadow.appendChild(document.createElement('style')).textContent = css;
	}
}
