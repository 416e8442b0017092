/** The text of a form when someone else has saved the same field; see strings.ts. */
export const conflictStrings = {
	field: (value: string) => `Somebody else changed this meanwhile. It is now: ${value}`,
	named: (label: string, value: string) => `${label}: ${value}`,
	form: (fields: string[]) =>
		fields.length === 0
			? 'Others are saving here at the same time. Nothing was saved; what you typed is still here. Save again.'
			: `Nothing was saved: somebody else changed the same meanwhile (${fields.join('; ')}). What you typed is still here. Save again to replace their change.`,
	on: 'on',
	off: 'off',
	empty: 'empty',
};
