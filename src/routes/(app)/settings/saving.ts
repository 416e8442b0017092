import type { SubmitFunction } from '@sveltejs/kit';
import { tick } from 'svelte';
import { toast } from 'svelte-sonner';
import { failureOf } from '$lib/dashboard/settings/form-failure';

/**
 * For `use:enhance`: sends a form without a page load, shows the result, and focuses the first invalid field.
 * @param options.busy is called when the request starts and when it ends
 * @param options.message the text after success
 * @param options.done is called after success
 */
export function saving(options: {
	busy?: (busy: boolean) => void;
	message: string;
	done?: () => void;
}): SubmitFunction {
	return () => {
		options.busy?.(true);
		return async ({ result, update, formElement }) => {
			const failure = failureOf(result);
			if (failure === null) await update({ reset: false });
			options.busy?.(false);
			if (failure !== null) toast.error(failure);
			await tick();
			if (result.type === 'success') {
				// The stored values are those of the fields, trimmed alike.
				formElement.reset();
				toast.success(options.message);
				options.done?.();
			} else formElement.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
		};
	};
}
