import { describe, expect, it } from 'vitest';
import { SECTIONS } from '$lib/dashboard/settings/fields';
import { secondsOf } from '$lib/dashboard/settings/span';
import { explainRefusal } from './answers';
import { storedValues, typedValues } from './form-values';
import { sectionSchemas } from './schemas';

it.each([
	['00:05:00', 300],
	['1 day', 86_400],
	['1 day 02:00:00', 93_600],
	['24:00:00', 86_400],
	['00:00:02.5', 2.5],
	['-00:00:30', -30],
	['', null],
	['soon', null],
	['1 day and a bit', null],
])('the interval %j is %s seconds', (interval, seconds) => {
	expect(secondsOf(interval)).toBe(seconds);
});

describe('entered values', () => {
	it('are read field by field; a file is ignored', () => {
		const form = new FormData();
		form.set('chat_url', new File(['x'], 'x.txt'));
		form.set('app_name', 'Acme');
		expect(typedValues(form, SECTIONS.general)).toEqual({
			app_name: 'Acme',
			chat_url: '',
			dashboard_url: '',
			messages_per_minute: '',
			upload_types: '',
			max_upload_mb: '',
		});
	});

	it('are one text for a list, which is shown again as it was entered', () => {
		const form = new FormData();
		form.set('agent_roles', 'support, help desk');
		const typed = typedValues(form, SECTIONS.team);
		expect(typed).toEqual({ agent_roles: 'support, help desk' });
		expect(storedValues(sectionSchemas.team.parse(typed), SECTIONS.team)).toEqual(typed);
	});

	it('are the selected options of several', () => {
		const form = new FormData();
		form.append('upload_types', 'image/png');
		form.append('upload_types', 'image/gif');
		const typed = typedValues(form, SECTIONS.general);
		expect(typed.upload_types).toBe('image/png, image/gif');
		const kept = storedValues({ upload_types: ['image/png', 'image/gif'] }, SECTIONS.general);
		expect(kept.upload_types).toBe(typed.upload_types);
	});

	it('have texts with their languages', () => {
		const form = new FormData();
		form.append('welcome_message.locale', 'en');
		form.append('welcome_message.text', 'Hello\r\nthere');
		form.append('welcome_message.locale', 'de');
		const values = typedValues(form, SECTIONS.conversations);
		expect(values.welcome_message).toEqual([
			{ locale: 'en', text: 'Hello\nthere' },
			{ locale: 'de', text: '' },
		]);
		expect(values.allow_view_history).toBe(false);
	});
});

describe('errors of the database', () => {
	const refusal = (code: string, message: string, status = 400) =>
		explainRefusal({ code, message, details: '' }, status);

	it('are shown at their field', () => {
		const message =
			'new row for relation "support_settings" violates check constraint "support_settings_app_name_check"';
		expect(refusal('23514', message)).toMatchObject({ field: 'app_name', status: 400 });
		expect(refusal('PT400', 'support_time_zone_unknown').field).toBe('time_zone');
	});

	it('have a sentence for each code', () => {
		expect(refusal('PT409', 'support_last_admin', 409).sentence).toContain('the only admin');
		expect(refusal('PT403', 'support_forbidden', 403)).toMatchObject({ status: 403 });
		expect(refusal('42501', 'permission denied', 403)).toMatchObject({ status: 403 });
		expect(refusal('', 'fetch failed', 0)).toMatchObject({ status: 503 });
	});

	it('say when to try again after too many changes', () => {
		const limited = (hint: string | null) =>
			explainRefusal({ code: 'PT429', message: 'support_rate_limited', details: '', hint }, 429);
		expect(limited('12')).toMatchObject({ status: 429, field: null });
		expect(limited('12').sentence).toContain('Try again in 12 seconds');
		expect(limited('600').sentence).toContain('Try again in 10 minutes');
		expect(limited(null).sentence).toContain('Try again in 60 seconds');
	});
});
