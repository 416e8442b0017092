import type { Plugin } from 'vite';

/** What the page's loader calls. */
const ENTRY = 'createPanel';
const EXPORTS = /export\s*\{([^}]*)\};?\s*$/;

/**
 * Hints for tree-shakers, of no use once everything is bundled; and second names: what the panel shares with its parts is
 * called in them as in the panel.
 */
export function leanOutput(): Plugin {
	return {
		name: 'support-chat:lean-output',
		enforce: 'post',
		generateBundle(_, bundle) {
			const chunks = Object.values(bundle).filter((file) => file.type === 'chunk');
			for (const chunk of chunks) chunk.code = chunk.code.replaceAll('/* @__PURE__ */ ', '');
			const panel = chunks.find(({ isEntry, name }) => isEntry && name === 'panel');
			if (!panel) return;
			const { code, renamed } = withOwnNames(panel.code);
			panel.code = code;
			for (const chunk of chunks)
				if (chunk !== panel) chunk.code = importAs(chunk.code, panel.fileName, renamed);
		},
	};
}

/** `export{a as b}` becomes `export{a}`; the answer says what is called otherwise now. */
export function withOwnNames(code: string): { code: string; renamed: Map<string, string> } {
	const renamed = new Map<string, string>();
	const own = code.replace(EXPORTS, (_, list: string) => {
		const names = list.split(',').map((entry) => {
			const [name = '', as = name] = entry.trim().split(' as ');
			if (as === ENTRY) return entry;
			renamed.set(as, name);
			return name;
		});
		return `export{${names.join()}};`;
	});
	return { code: own, renamed };
}

/** The same imports of `file` under the new names. */
export function importAs(code: string, file: string, renamed: Map<string, string>): string {
	return code.replace(
		/import\s*\{([^}]*)\}\s*from\s*(["'`])\.\/([^"'`]+)\2/g,
		(whole, list: string, quote: string, from: string) => {
			if (from !== file) return whole;
			const names = list.split(',').map((entry) => {
				const [name = '', as = name] = entry.trim().split(' as ');
				const own = renamed.get(name) ?? name;
				return own === as ? own : `${own} as ${as}`;
			});
			return `import{${names.join()}}from${quote}./${from}${quote}`;
		},
	);
}
