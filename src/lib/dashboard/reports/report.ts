/** Seconds: half of the conversations took no longer than `median`, nine of ten no longer than `p90`. */
export interface Spread {
	median: number | null;
	p90: number | null;
}

/** Numbers of an agent's conversations, or of all. */
export interface ReportNumbers {
	conversations: number;
	ended: number;
	waiting_seconds: Spread;
	first_reply_seconds: Spread;
	duration_seconds: Spread;
	/** How many gave one star, two, … five. */
	ratings: number[];
	rated: number;
	rating_mean: number | null;
}

export interface AgentNumbers extends ReportNumbers {
	/** null: of the conversations that no agent took. */
	agent_id: string | null;
	/** null: not on the team any more. */
	display_name: string | null;
}

/** The result of support_report(). */
export interface Report {
	total: ReportNumbers;
	agents: AgentNumbers[];
	days: { day: string; conversations: number }[];
	customers: { total: number; repeat: number };
	pages: { page: string; conversations: number }[];
}
