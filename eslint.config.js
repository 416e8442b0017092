import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

/**
 * Product code that runs in browsers and servers; the rules for tests, scripts and the local stack are looser.
 */
const product = ['src/**/*.{ts,svelte}', 'widget/**/*.{ts,svelte}', 'supabase/functions/**/*.ts'];
const tests = [
	'**/*.test.ts',
	'**/*.spec.ts',
	'**/testing/**',
	'e2e/**/*.ts',
	'supabase/tests/**/*.ts',
];

export default ts.config(
	{
		ignores: [
			'.svelte-kit/',
			'build/',
			'static/',
			'supabase/.temp/',
			'test-results/',
			'playwright-report/',
			'src/lib/database.types.ts',
		],
	},
	js.configs.recommended,
	ts.configs.strictTypeChecked,
	svelte.configs.recommended,
	svelte.configs.prettier,
	{
		languageOptions: {
			globals: { ...globals.node },
			parserOptions: {
				projectService: true,
				tsconfigRootDir: import.meta.dirname,
				extraFileExtensions: ['.svelte'],
			},
		},
		rules: {
			'no-console': 'error',
			'no-undef': 'off', // TypeScript does it, and knows more.
			'no-empty': ['error', { allowEmptyCatch: false }],
			eqeqeq: ['error', 'always', { null: 'ignore' }],
			'@typescript-eslint/no-unused-vars': [
				'error',
				{ argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrors: 'none' },
			],
			'@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
			'@typescript-eslint/no-confusing-void-expression': 'off',
			'@typescript-eslint/no-meaningless-void-operator': 'off', // `void value` reads a signal on purpose.
			'@typescript-eslint/require-await': 'off',
			'@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
			'@typescript-eslint/no-invalid-void-type': 'off',
			'@typescript-eslint/unified-signatures': 'off',
			'@typescript-eslint/unbound-method': 'off', // Interfaces here are written with methods, made of closures.
			'@typescript-eslint/no-misused-promises': [
				'error',
				{ checksVoidReturn: { arguments: false, attributes: false } },
			],
		},
	},
	{
		files: ['**/*.svelte', '**/*.svelte.ts', '**/*.svelte.js'],
		languageOptions: {
			globals: { ...globals.browser },
			parserOptions: { parser: ts.parser, svelteConfig },
		},
		rules: {
			'svelte/no-at-html-tags': 'error',
			'svelte/button-has-type': 'error',
			// The dashboard is served from the root of its host; its addresses need no base path.
			'svelte/no-navigation-without-resolve': 'off',
			'svelte/no-target-blank': 'error',
			// It takes the words of the reason behind the codes for codes.
			'svelte/no-unused-svelte-ignore': 'off',
			// The parser types component props and snippets loosely, and these then see `any` where svelte-check sees none.
			'@typescript-eslint/no-unsafe-argument': 'off',
			'@typescript-eslint/no-unsafe-assignment': 'off',
			'@typescript-eslint/no-unsafe-call': 'off',
			'@typescript-eslint/no-unsafe-member-access': 'off',
			'@typescript-eslint/no-unsafe-return': 'off',
			'@typescript-eslint/no-unnecessary-condition': 'off',
			'prefer-const': 'off', // `$props()` destructuring mixes both; svelte/prefer-const knows runes.
			'svelte/prefer-const': 'error',
		},
	},
	{
		files: ['src/**/*.{ts,svelte}'],
		ignores: ['src/lib/dashboard/ui/reload.ts'],
		rules: {
			'no-restricted-imports': [
				'error',
				{
					name: '$app/navigation',
					importNames: ['invalidate'],
					message: 'It cancels a navigation under way: use reload() of $lib/dashboard/ui/reload.',
				},
			],
		},
	},
	{
		// Components that the widget puts on other people's pages.
		files: ['widget/**/*.svelte', 'src/lib/chat/components/**/*.svelte'],
		rules: {
			'no-restricted-syntax': [
				'error',
				{
					selector:
						"SvelteElement[kind='html'] > SvelteStartTag > SvelteDirective[kind='Binding'][key.name.name=/^(value|checked|group|files)$/]",
					message: 'It leaves a `reset` listener on the page: use `value` and `oninput` instead.',
				},
				{
					selector: "CallExpression[callee.object.name='$props'][callee.property.name='id']",
					message:
						'It leaves `__svelte` on the window of the page: ids are scoped by the shadow root.',
				},
			],
		},
	},
	{
		files: product,
		ignores: tests,
		rules: {
			'max-lines': ['error', { max: 200, skipBlankLines: true, skipComments: true }],
			'@typescript-eslint/consistent-type-assertions': ['error', { assertionStyle: 'never' }],
			'@typescript-eslint/no-non-null-assertion': 'error',
		},
	},
	{
		// Deno's own types: `npm test -- functions` checks them there.
		files: ['supabase/functions/**/*.ts'],
		extends: [ts.configs.disableTypeChecked],
		rules: { 'no-console': 'off' },
	},
	{
		files: ['local-stack/**/*.ts', 'scripts/**/*.ts', 'bench/**/*.ts', 'attack/**/*.ts', ...tests],
		rules: {
			'no-console': 'off',
			'@typescript-eslint/no-non-null-assertion': 'off',
		},
	},
	{
		files: tests,
		rules: {
			'@typescript-eslint/no-unsafe-argument': 'off',
			'@typescript-eslint/no-unsafe-assignment': 'off',
			'@typescript-eslint/no-unsafe-member-access': 'off',
			'@typescript-eslint/no-unsafe-return': 'off',
			'@typescript-eslint/no-unnecessary-condition': 'off',
			'@typescript-eslint/no-empty-function': 'off',
			'no-empty-pattern': 'off', // Playwright's fixtures ask for `{}`.
		},
	},
	{
		files: ['**/*.js'],
		extends: [ts.configs.disableTypeChecked],
	},
);
