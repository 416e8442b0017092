import { randomUUID } from 'node:crypto';
import type { Random } from '../core/random';
import type { Stage } from '../people/stage';
import type { ExposedFunction } from './catalogue';
import { hostileValue, type Json } from './hostile-values';

/** How often an argument is valid, so that the others are reached, too. */
const PLAUSIBLE_SHARE = 0.5;

/** A body for a call: a JSON object as text, in which at least one argument is hostile if there are any. */
export function hostileBody(
	{ args }: ExposedFunction,
	stage: Stage,
	random: Random,
): { body: Json; isHeavy: boolean } {
	const ids = Object.values(stage.ids).flat();
	const given = args.filter(({ optional }) => !optional || random.chance(0.7));
	const attacked = given.length === 0 ? -1 : random.integer(0, given.length - 1);
	const parts = given.map(({ name, type }, index) => {
		const plausible = index !== attacked && random.chance(PLAUSIBLE_SHARE);
		const value = plausible
			? plausibleValue(name, type, stage, random)
			: hostileValue(type, ids, random);
		return `${JSON.stringify(name)}: ${value}`;
	});
	if (random.chance(0.03)) parts.push(`"p_sender_type": "admin"`);
	const body = `{${parts.join(', ')}}`;
	return { body, isHeavy: body.length > 100_000 };
}

/** A valid value for an argument; ids may belong to anyone. */
function plausibleValue(name: string, type: string, stage: Stage, random: Random): Json {
	const { ids } = stage;
	const json = (value: unknown): Json => JSON.stringify(value);
	const oneOf = (kind: string): Json =>
		json(random.pick(ids[kind]?.length ? ids[kind] : [randomUUID()]));
	if (name === 'p_chat_id') return oneOf('chats');
	if (name === 'p_conversation_id') return oneOf('conversations');
	if (name === 'p_agent_id' || name === 'p_user_id') return oneOf('people');
	if (type === 'uuid')
		return random.chance(0.3) ? json(randomUUID()) : oneOf(random.pick(Object.keys(ids)));
	if (type === 'uuid[]') return json(random.sample(ids['files'] ?? [], 2));
	if (/int|numeric/.test(type)) return json(random.integer(0, 50));
	if (type === 'boolean') return json(random.chance(0.5));
	if (/timestamp|date/.test(type)) return json(new Date(random.integer(0, 2e12)).toISOString());
	if (/json/.test(type)) return json({ page: 'https://shop.example/', locale: 'de' });
	if (type === 'text[]') return json(['message.created']);
	return json(
		random.pick(['hello', 'admin', 'senior', 'image/png', 'a@example.com', 'https://example.com/']),
	);
}
