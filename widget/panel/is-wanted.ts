/** A switch, also as an attribute has it. */
export const isWanted = (option: boolean | string | undefined): boolean =>
	option !== undefined && option !== false && option !== 'false';
