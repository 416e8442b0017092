// Runs in Deno before a function, and adds what the Edge Runtime has beyond Deno itself, and a connection to the parent
// process. argv: the function's entrypoint. Prints `listening <port>` to stdout when it serves.

const serve = Deno.serve;

function listen(handler) {
	const onListen = ({ port }) => {
		Deno.stdout.writeSync(new TextEncoder().encode(`listening ${port}\n`));
	};
	return serve({ hostname: '127.0.0.1', port: 0, onListen }, handler);
}

// The Edge Runtime chooses the port itself and ignores the options of a function.
Object.defineProperty(Deno, 'serve', {
	value: (...args) => listen(args.find((arg) => typeof arg === 'function') ?? args[0].handler),
});
Object.defineProperty(globalThis, 'EdgeRuntime', {
	value: {
		waitUntil(work) {
			// eslint-disable-next-line no-console -- it is the function's log
			work.catch((error) => console.error('background work failed:', error));
		},
	},
});

// The parent has the other end of stdin. When that closes, the parent has ended, and this process ends, too.
void Deno.stdin.readable.pipeTo(new WritableStream()).finally(() => Deno.exit(0));

const [entrypoint] = Deno.args;
const module = await import(entrypoint);
if (typeof module.default?.fetch === 'function') listen((request) => module.default.fetch(request));
