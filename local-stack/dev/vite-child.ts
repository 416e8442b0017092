/**
 * The dashboard's development server, or the widget's watching build: `vite-child.ts dashboard <port>` or
 * `vite-child.ts widget`. It is a separate process, because Vite sets NODE_ENV for the whole process, to a different
 * value for each. Sends `ready` or an error message to its parent, and ends when the parent ends.
 */
import { join } from 'node:path';
import { build, createServer } from 'vite';
import { paths } from '../stack/paths';

process.on('disconnect', () => process.exit(0));
if (!process.connected) process.exit(0); // The parent ended while Vite was being loaded.
process.chdir(paths.root);

const [what, port] = process.argv.slice(2);
if (what === 'dashboard') await serveDashboard(Number(port));
else await watchWidget();

async function serveDashboard(port: number): Promise<void> {
	const server = await createServer({
		logLevel: 'warn',
		clearScreen: false,
		server: { host: '127.0.0.1', port, strictPort: true },
	});
	await server.listen();
	process.send?.('ready');
}

async function watchWidget(): Promise<void> {
	const watcher = await build({
		configFile: join(paths.root, 'widget/vite.config.ts'),
		logLevel: 'warn',
		clearScreen: false,
		build: { watch: {} },
	});
	if (!('on' in watcher)) throw new Error('Vite did not watch.');
	watcher.on('event', (event) => {
		if (event.code === 'END' || event.code === 'ERROR') process.send?.('ready');
	});
}
