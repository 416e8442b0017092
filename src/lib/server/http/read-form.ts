import { error } from '@sveltejs/kit';
import { strings } from '../../dashboard/strings/dashboard';

/** The form of a request. A body that is cut off, too large or not a form gets a 4xx response, not a 500. */
export async function readForm(request: Request): Promise<FormData> {
	try {
		return await request.formData();
	} catch (cause) {
		const isTooLarge = cause instanceof Error && 'status' in cause && cause.status === 413;
		error(isTooLarge ? 413 : 400, { message: strings.error.badRequest });
	}
}
