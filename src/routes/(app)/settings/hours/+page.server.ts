import type { RequestEvent } from '@sveltejs/kit';
import { z } from 'zod';
import { settingsStrings as strings } from '$lib/dashboard/strings/settings';
import { readForm } from '$lib/server/http/read-form';
import { answerOf, answerOfRemoval, refuse } from '$lib/server/settings/answers';
import { textOf, textsOf } from '$lib/server/settings/form-values';
import { hoursSchema } from '$lib/server/settings/hours';
import { problemsOf } from '$lib/server/settings/schemas';
import { loadSection, rowsOrThrow, saveSection } from '$lib/server/settings/section';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals }) => {
	const [values, schedules] = await Promise.all([
		loadSection(locals.supabase, 'hours'),
		locals.supabase
			.from('support_schedules')
			.select('id, weekday, opens, closes')
			.order('weekday')
			.order('opens'),
	]);
	return {
		title: strings.sections.hours,
		values,
		hours: rowsOrThrow(schedules).map((row) => ({
			...row,
			opens: row.opens.slice(0, 5),
			closes: row.closes.slice(0, 5),
		})),
		timeZones: ['UTC', ...Intl.supportedValuesOf('timeZone').filter((zone) => zone !== 'UTC')],
	};
};

export const actions: Actions = {
	save: (event) => saveSection(event, 'hours'),
	add: addHours,
	remove: removeHours,
};

async function addHours({ request, locals }: RequestEvent) {
	const form = await readForm(request);
	const weekdays = form.getAll('weekday').map(String);
	const typed = textsOf(form, ['opens', 'closes']);
	const values = { ...typed, weekday: weekdays.join(',') };
	const parsed = hoursSchema.safeParse({ ...typed, weekdays });
	if (!parsed.success) return refuse('add', values, problemsOf(parsed.error));
	const { opens, closes } = parsed.data;
	const answer = await locals.supabase
		.from('support_schedules')
		.insert(parsed.data.weekdays.map((weekday) => ({ weekday, opens, closes })));
	// One statement: if one day already has such hours, none is added.
	if (answer.error?.code === '23505')
		return refuse('add', values, { opens: strings.problem.hoursTwice });
	return answerOf('add', values, answer);
}

async function removeHours({ request, locals }: RequestEvent) {
	const id = z.coerce
		.number()
		.int()
		.safeParse(textOf(await readForm(request), 'id')).data;
	const hours = locals.supabase.from('support_schedules');
	return answerOfRemoval('remove', locals, await hours.delete().eq('id', id ?? 0));
}
