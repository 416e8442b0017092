/** Puts the count before the page's title, `(2) Invoices`, or takes it away again. */
export function showInTitle(count: number): void {
	const title = document.title.replace(/^\(\d+\+?\) /, '');
	const wanted = count ? `(${count > 9 ? '9+' : count}) ${title}` : title;
	if (document.title !== wanted) document.title = wanted;
}
