/** Runs the site as a process of its own, says on one line where everything is, and stops when its parent says so. */
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
// The parent holds the other end of stdin: when the parent is gone, so are we.
process.stdin.once('end', () => void end()).resume();
console.log(JSON.stringify(site));
