import { z } from 'zod';
import { settingsStrings as strings } from '$lib/dashboard/strings/settings';
import { LIMITS } from '$lib/dashboard/settings/limits';
import { line, optionalWhole, requiredLine } from './schemas';

const role = z.enum(['agent', 'admin'], strings.problem.choice);

/** A user to add to the team. The database checks whether the user exists. */
export const inviteSchema = z.object({
	email: line(320).pipe(z.email(strings.problem.email)),
	display_name: line(LIMITS.agentName),
	role,
});

/** The fields of an agent that an admin may change. Without a limit, the settings' limit applies. */
export const memberSchema = z.object({
	user_id: z.guid(strings.codes.support_agent_not_found),
	display_name: requiredLine(LIMITS.agentName),
	role,
	tier: z.enum(['regular', 'senior'], strings.problem.choice),
	max_active: optionalWhole(LIMITS.maxActive),
});

/** The labels of an agent's fields. */
export const memberLabels: Record<string, string> = {
	display_name: strings.team.name,
	role: strings.team.role,
	tier: strings.team.tier,
	max_active: strings.team.limit,
};
