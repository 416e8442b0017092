/** An attack that succeeded. */
export interface Breach {
	/** The request, so that it can be repeated by hand. */
	attack: string;
	problems: string[];
}

/** Counts the attacks of one part, and keeps those that succeeded. */
export class Report {
	#held = 0;
	readonly breaches: Breach[] = [];

	get held(): number {
		return this.#held;
	}

	get attacks(): number {
		return this.#held + this.breaches.length;
	}

	/** Records one attack. It was held off if it has no problems. */
	note(attack: string, problems: readonly string[]): void {
		if (problems.length === 0) this.#held += 1;
		else this.breaches.push({ attack, problems: [...problems] });
	}
}

/** How many breaches of one kind are printed: one cause often shows in hundreds of attacks. */
const SHOWN = 3;

/** The breaches as text, grouped by their problem, the first few of each. */
export function describeBreaches(breaches: readonly Breach[]): string {
	const groups = new Map<string, Breach[]>();
	for (const breach of breaches) {
		const kind = breach.problems.map((problem) => problem.split(': ')[0]).join(', ');
		groups.set(kind, [...(groups.get(kind) ?? []), breach]);
	}
	return [...groups]
		.map(([kind, all]) => {
			const shown = all
				.slice(0, SHOWN)
				.map(({ attack, problems }) => `    ${attack}\n      ${problems.join('\n      ')}`);
			const rest = all.length > SHOWN ? [`    … and ${all.length - SHOWN} more`] : [];
			return [`  ✗ ${kind} (${all.length})`, ...shown, ...rest].join('\n');
		})
		.join('\n');
}
