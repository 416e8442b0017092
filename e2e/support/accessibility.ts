import AxeBuilder from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

/** Fails on any WCAG 2.2 AA violation on the page, or within `include`, that axe detects. */
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
