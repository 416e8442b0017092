/**
 * How much the widget may weigh: bytes after `gzip -9`, all files together that a page has loaded before anyone opens the
 * chat, and once it is open. Open counts `logskeleton`, too, which is loaded when the first answer of the project takes more than 0.3 s.
 * docs/adr/0006 says where the weight comes from.
 */
export const BUDGET = { closed: 4_000, open: 54_500 };
