import type { Random } from '../core/random';
import type { Stage } from '../people/stage';

/** Topics that attacking customers must not join: real ones and look-alikes. */
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

/** Variants of a join: private true, missing or false, and every channel option. */
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
