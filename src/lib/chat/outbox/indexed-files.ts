/** A file that waits for its upload, as it will be sent. */
export interface StoredFile {
	blob: Blob;
	name: string;
	width: number | null;
	height: number | null;
}

/** Files by key, kept in the browser until the server has them. No call rejects. */
export interface FileStorage {
	get(key: string): Promise<StoredFile | null>;
	/** False if it is kept in memory only, and is lost with the page. */
	put(key: string, file: StoredFile): Promise<boolean>;
	delete(key: string): Promise<void>;
	keys(): Promise<string[]>;
}

const DATABASE = 'support-chat';
const STORE = 'files';

function createIndexedFiles(): FileStorage {
	const memory = new Map<string, StoredFile>();
	const use = async <T>(
		mode: IDBTransactionMode,
		act: (store: IDBObjectStore) => IDBRequest<T>,
	): Promise<T | null> => {
		try {
			const database = await open();
			try {
				const transaction = database.transaction(STORE, mode);
				const request = act(transaction.objectStore(STORE));
				await new Promise<void>((resolve, reject) => {
					transaction.oncomplete = () => resolve();
					transaction.onabort = transaction.onerror = () =>
						reject(transaction.error ?? new Error('IndexedDB'));
				});
				return request.result;
			} finally {
				database.close();
			}
		} catch {
			return null;
		}
	};
	return {
		async get(key) {
			const stored: unknown = await use('readonly', (store) => store.get(key));
			return isFile(stored) ? stored : (memory.get(key) ?? null);
		},
		async put(key, file) {
			const isStored = (await use('readwrite', (store) => store.put(file, key))) !== null;
			if (!isStored) memory.set(key, file);
			return isStored;
		},
		async delete(key) {
			memory.delete(key);
			await use('readwrite', (store) => store.delete(key));
		},
		async keys() {
			const keys = (await use('readonly', (store) => store.getAllKeys())) ?? [];
			return [...keys.map(String), ...memory.keys()];
		},
	};
}

const isFile = (value: unknown): value is StoredFile =>
	typeof value === 'object' && value !== null && Reflect.get(value, 'blob') instanceof Blob;

function open(): Promise<IDBDatabase> {
	return new Promise((resolve, reject) => {
		const request = indexedDB.open(DATABASE, 1);
		request.onupgradeneeded = () => request.result.createObjectStore(STORE);
		request.onsuccess = () => resolve(request.result);
		request.onerror = request.onblocked = () => reject(request.error ?? new Error('IndexedDB'));
	});
}

/** In IndexedDB; in memory where that is blocked or full. The database is opened when it is first needed. */
export const indexedFiles = createIndexedFiles();
