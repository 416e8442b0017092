/**
 * Runs the site as a separate process, prints its addresses on one line, and stops when its parent closes
 * stdin.
 */
import { startSite } from './start-site';

const { site, stop } = await startSite(
	process.env.SUPPORT_CHAT_LOG ? (line) => console.error(line) : undefined,
);
let stopping = false;
async function end(): Promise<void> {
	if (stopping) return;
	stopping = true;
	await stop();
	process.exit(0);
}
process.once('SIGTERM', () => void end());
process.once('SIGINT', () => void end());
// The parent holds the other end of stdin: exit when it is gone.
process.stdin.once('end', () => void end()).resume();
console.log(JSON.stringify(site));
