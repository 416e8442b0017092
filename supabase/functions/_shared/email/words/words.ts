import type { Template, TemplateKind } from '../variables.ts';

/** Everything that a mail says by itself, in one language. */
export interface EmailWords {
	/** Texts that a team may replace. */
	templates: Record<TemplateKind, Template>;
	/** One or several answers. */
	summary(app: string, count: number): string;
	earlier(count: number): string;
	openChat: string;
	unsubscribe: string;
	/** Why a customer gets a mail. */
	replyFooter(app: string): string;
	/** Why somebody of the team gets one. */
	staffFooter(app: string): string;
	/** Whose name is not known. */
	customer: string;
	test: { subject(app: string): string; body(app: string): string };
}
