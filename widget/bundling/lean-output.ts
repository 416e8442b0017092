import type { Plugin } from 'vite';

/** Hints for tree-shakers, of no use once everything is bundled. */
export function leanOutput(): Plugin {
	return {
		name: 'support-chat:lean-output',
		enforce: 'post',
		generateBundle(_, bundle) {
			for (const file of Object.values(bundle)) {
				if (file.type === 'chunk') file.code = file.code.replaceAll('/* @__PURE__ */ ', '');
			}
		},
	};
}
