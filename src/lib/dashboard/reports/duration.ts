/** A span in as few words as will do: `45s`, `2m 10s`, `3h 5m`, `2d 4h`. */
export function duration(seconds: number): string {
	const whole = Math.max(0, Math.round(seconds));
	const [days, hours, minutes] = [86_400, 3600, 60].map((unit) => Math.floor(whole / unit));
	if (days) return join(`${days}d`, (hours ?? 0) % 24, 'h');
	if (hours) return join(`${hours}h`, (minutes ?? 0) % 60, 'm');
	if (minutes) return join(`${minutes}m`, whole % 60, 's');
	return `${whole}s`;
}

const join = (first: string, rest: number, unit: string): string =>
	rest === 0 ? first : `${first} ${rest}${unit}`;
