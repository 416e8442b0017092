/** The dependency of the live page's numbers; invalidating it reloads them. */
export const LIVE = 'support:live';

/** How often they reload while the page is visible; chat events reload them sooner. */
export const LIVE_POLL_MS = 15_000;
/** News come in bursts: one load answers those of this span. */
export const LIVE_PAUSE_MS = 1_000;
