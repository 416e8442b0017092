/** Whether an option is on, also as the text of an attribute. */
export const isWanted = (option: boolean | string | undefined): boolean =>
	option !== undefined && option !== false && option !== 'false';
