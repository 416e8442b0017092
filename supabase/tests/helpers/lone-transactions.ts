import { AsyncLocalStorage } from 'node:async_hooks';
import type { Database, Transaction } from '../../../local-stack/testing/acting-as';

type Work = (tx: Transaction) => unknown;

const inTransaction = new AsyncLocalStorage<true>();

/**
 * Connections on which a transaction is refused to ask on another connection: it could wait for ever, and Postgres could not see it.
 * The other connection may wait behind a deletion in another test (support_private.begin_deletion), which waits for the transaction.
 */
export function loneTransactions(connections: Database): Database {
	return new Proxy(connections, {
		apply(target, self, args: Parameters<Database>) {
			if (Object.hasOwn(args[0], 'raw')) refuseInTransaction();
			return Reflect.apply(target, self, args) as unknown;
		},
		get(target, name, receiver) {
			return name === 'begin' ? begin : (Reflect.get(target, name, receiver) as unknown);
		},
	});

	function begin(...args: [Work] | [string, Work]): Promise<unknown> {
		refuseInTransaction();
		const [options, work] = args.length === 1 ? ['', args[0]] : args;
		return connections.begin(options, (tx) => inTransaction.run(true, () => work(tx)));
	}
}

function refuseInTransaction(): void {
	if (!inTransaction.getStore()) return;
	throw new Error('Asked on another connection in a transaction: prepare it before, or ask on tx.');
}

/** Asks on another connection in the middle of a transaction: only to read, or while the transaction has not written yet. */
export function onAnotherConnection<T>(work: () => Promise<T>): Promise<T> {
	return inTransaction.exit(work);
}
