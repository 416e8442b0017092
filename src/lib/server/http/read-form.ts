import { error } from '@sveltejs/kit';
import { strings } from '../../dashboard/strings/dashboard';

/** The form that was sent. A body that is cut off, too large or no form at all is answered as such, never as a fault here. */
export async function readForm(request: Request): Promise<FormData> {
	try {
		return await request.formData();
	} catch (cause) {
		const isTooLarge = cause instanceof Error && 'status' in cause && cause.status === 413;
		error(isTooLarge ? 413 : 400, { message: strings.error.badRequest });
	}
}
