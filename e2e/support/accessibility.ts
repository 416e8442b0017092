import AxeBuilder from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

/** Nothing on the page (or within `include`) that WCAG 2.2 AA has a word against, as far as a machine can tell. */
export async function expectNoViolations(page: Page, include?: string): Promise<void> {
	const builder = new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']);
	const { violations } = await (include ? builder.include(include) : builder).analyze();
	const found = violations.flatMap((violation) =>
		violation.nodes.map(
			(node) => `${violation.id}: ${node.target.join(' ')} ${node.failureSummary}`,
		),
	);
	expect(found).toEqual([]);
}
