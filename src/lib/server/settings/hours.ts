import { z } from 'zod';
import { settingsStrings as strings } from '$lib/dashboard/strings/settings';

const { problem } = strings;
const time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, problem.time);

/** Entered hours on one or more days of the week (1 is Monday). */
export const hoursSchema = z
	.object({
		weekdays: z.array(z.coerce.number().int().min(1).max(7)).min(1, problem.weekday).max(7),
		opens: time,
		// The end of the day is midnight of the next day.
		closes: time.transform((typed) => (typed === '00:00' ? '24:00' : typed)),
	})
	.refine(({ opens, closes }) => opens < closes, { error: problem.closes, path: ['closes'] });
