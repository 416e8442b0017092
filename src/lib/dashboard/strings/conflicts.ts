/** The text of a form when someone else has saved the same field; see strings.ts. */
export const conflictStrings = {
	field: (value: string) => `Another admin changed this in the meantime. It is now: ${value}`,
	named: (label: string, value: string) => `${label}: ${value}`,
	form: (fields: string[]) =>
		fields.length === 0
			? 'Other admins are saving at the same time, so nothing was saved. Your changes are still here. Save again.'
			: `Nothing was saved, because another admin changed the same settings (${fields.join('; ')}). Your changes are still here. Save again to replace theirs.`,
	on: 'on',
	off: 'off',
	empty: 'empty',
};
