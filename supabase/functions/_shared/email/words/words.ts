import type { Template, TemplateKind } from '../variables.ts';

/** The fixed texts of emails, in one language. */
export interface EmailWords {
	/** Texts that a team may replace. */
	templates: Record<TemplateKind, Template>;
	/** For one reply or several. */
	summary(app: string, count: number): string;
	earlier(count: number): string;
	openChat: string;
	unsubscribe: string;
	/** The reason why a customer gets the email. */
	replyFooter(app: string): string;
	/** The reason why the team gets the email. */
	teamFooter(app: string): string;
	/** The name of a customer without a known name. */
	customer: string;
	test: { subject(app: string): string; body(app: string): string };
}
