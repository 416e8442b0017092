import type { Random } from '../core/random';
import type { Stage } from '../people/stage';

/** Topics of the product that the customers, who attack here, must not get into: real ones, and look-alikes of them. */
export function foreignTopics(stage: Stage): string[] {
	const { chatId } = stage.customer;
	const chat = `support_chat:${chatId}`;
	return [
		chat,
		`support_typing:${chatId}`,
		'admin_support_notifications',
		'support_staff',
		`support_agent:${stage.agent.id}`,
		chat.toUpperCase(),
		`support_chat:${chatId?.toUpperCase()}`,
		`${chat} `,
		` ${chat}`,
		`${chat}\u0000`,
		`${chat}\u200b`,
		`${chat}/../${chat}`,
		'support_chat:*',
		'support_chat:%',
		'support_chat:',
		'support_chat:not-a-uuid',
		"support_chat:' or true; --",
		`support_chat:{${chatId}}`,
		`support_chat:${chatId}:${chatId}`,
		`support_typing:${chatId?.replaceAll('-', '')}`,
		'аdmin_support_notifications',
		'admin_support_notifications\n',
		'admin_support_notification_',
		`support_agent:${stage.agent.id.toUpperCase()}`,
		'support_settings:x',
		`support_chat:${'a'.repeat(10_000)}`,
	];
}

/** The ways to ask: with private true, missing, false, and with what a channel can be configured to do. */
export function joinConfig(random: Random): { isPrivate: boolean; config: object } {
	const isPrivate = random.chance(0.8);
	const base = isPrivate ? { private: true } : random.pick([{}, { private: false }]);
	const more = random.pick<object>([
		{},
		{ broadcast: { self: true, ack: true } },
		{ presence: { key: 'somebody', enabled: true } },
		{ broadcast: { replay: { since: 0, limit: 25 } } },
		{ postgres_changes: [{ event: '*', schema: 'public', table: 'support_messages' }] },
		{ postgres_changes: [{ event: '*', schema: 'auth', table: 'users' }] },
	]);
	return { isPrivate, config: { ...base, ...more } };
}
