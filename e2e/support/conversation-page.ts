import { expect, type Locator } from '@playwright/test';
import type postgres from 'postgres';
import type { Site } from '../site/start-site';
import { signUpAgent, type Account } from '../../local-stack/testing/people';
import { mustCall } from '../../local-stack/testing/api-client';
import type { WidgetPage } from './widget-page';

/** The parts of the panel around a conversation, by role and name. */
export class ConversationPart {
	readonly rating: Locator;
	readonly history: Locator;
	readonly startButton: Locator;

	constructor(readonly widget: WidgetPage) {
		const { panel } = widget;
		this.rating = panel.getByRole('group', { name: /^How did/ });
		this.history = panel.getByRole('region', { name: 'Earlier conversations' });
		this.startButton = panel.getByRole('button', { name: 'Start conversation' });
	}

	/** The state of the conversation, next to the state of the connection. */
	line(words: string | RegExp): Locator {
		return this.widget.panel.getByRole('status').filter({ hasText: words });
	}

	async openMenu(): Promise<void> {
		await this.widget.panel.getByRole('button', { name: 'Conversation', exact: true }).click();
	}

	async end(): Promise<void> {
		await this.openMenu();
		await this.widget.panel.getByRole('button', { name: 'End conversation' }).click();
		const question = this.widget.panel.getByRole('alertdialog', { name: 'End this conversation?' });
		await question.getByRole('button', { name: 'End conversation' }).click();
		await expect(this.line('Conversation ended')).toBeVisible();
	}

	async openHistory(): Promise<void> {
		await this.openMenu();
		await this.widget.panel.getByRole('button', { name: 'Earlier conversations' }).click();
		await expect(this.history).toBeVisible();
	}
}

/** An agent without a page, who calls the functions. */
export interface Agent {
	person: Account;
	call(name: string, parameters?: object): Promise<unknown>;
	leave(): Promise<void>;
}

export async function newAgent(site: Site, db: postgres.Sql, name = 'Mika'): Promise<Agent> {
	const person = await signUpAgent(site, db, 'agent', name);
	const call = (name: string, parameters?: object) => mustCall(site, person, name, parameters);
	await call('support_heartbeat');
	return {
		person,
		call,
		leave: async () =>
			void (await db`delete from public.support_agents where user_id = ${person.id}`),
	};
}

/** A customer's stored conversations, newest first. */
export const conversationsOf = (db: postgres.Sql, { id }: Account) => db<
	{
		id: string;
		status: string;
		rating: number | null;
		feedback: string | null;
		ended_by: string | null;
		user_snapshot: Record<string, unknown>;
	}[]
>`
	select v.id, v.status::text, v.rating::int, v.feedback, v.ended_by::text, v.user_snapshot
	from public.support_conversations v join public.support_chats c on c.id = v.chat_id
	where c.user_id = ${id} order by v.started_at desc`;
