import { describe, expect, it } from 'vitest';
import { render } from 'vitest-browser-svelte';
import SettingsHarness from '../testing/SettingsHarness.svelte';

const values = {
	welcome_message: [{ locale: 'en', text: 'Hello!' }],
	end_message: [],
	expected_reply_minutes: '',
	inactivity_minutes: '30',
	message_before_accept: true,
	only_assigned_may_write: false,
	allow_view_history: true,
	delete_history: 'hide',
};
const typed = (container: HTMLElement) => {
	const form = container.querySelector('form');
	return form
		? [...new FormData(form)].map(([name, value]) =>
				typeof value === 'string' ? `${name}=${value}` : name,
			)
		: [];
};

describe('the fields of a page of settings', () => {
	it('show the stored values, each with label and hint', async () => {
		const screen = await render(SettingsHarness, { section: 'conversations', values });
		const minutes = screen.getByRole('textbox', { name: 'End after inactivity' });
		await expect.element(minutes).toHaveValue('30');
		await expect
			.element(minutes)
			.toHaveAccessibleDescription(/without a message.*Leave empty for never/);
		await expect
			.element(screen.getByRole('switch', { name: 'Customers can see earlier conversations' }))
			.toBeChecked();
		await expect
			.element(screen.getByRole('combobox', { name: /delete ended conversations/ }))
			.toHaveValue('hide');
	});

	it('have a checkbox for each option, and return the checked ones', async () => {
		const general = { upload_types: 'image/png, application/pdf', max_upload_mb: '10' };
		const screen = await render(SettingsHarness, { section: 'general', values: general });
		const files = screen.getByRole('group', { name: 'Allowed attachments' });
		await expect.element(files).toHaveAccessibleDescription(/turn attachments off/);
		await expect.element(files.getByRole('checkbox', { name: 'PNG images' })).toBeChecked();
		await files.getByRole('checkbox', { name: 'GIF images' }).click();
		await files.getByRole('checkbox', { name: 'PNG images' }).click();
		expect(typed(screen.container).filter((field) => field.startsWith('upload_types'))).toEqual([
			'upload_types=image/gif',
			'upload_types=application/pdf',
		]);
		await expect
			.element(screen.getByRole('textbox', { name: 'Maximum file size' }))
			.toHaveValue('10');
	});

	it('show an error at its field', async () => {
		const problems = { inactivity_minutes: 'Enter a whole number from 1 to 43,200.' };
		const screen = await render(SettingsHarness, { section: 'conversations', values, problems });
		const minutes = screen.getByRole('textbox', { name: 'End after inactivity' });
		await expect.element(minutes).toHaveAttribute('aria-invalid', 'true');
		await expect.element(minutes).toHaveAccessibleDescription(/Enter a whole number/);
	});

	it('take texts in several languages, and return them', async () => {
		const screen = await render(SettingsHarness, { section: 'conversations', values });
		const welcome = screen.getByRole('group', { name: 'Welcome message' });
		await welcome.getByRole('button', { name: 'Add a language' }).click();
		await welcome.getByRole('textbox', { name: 'Welcome message: Text' }).nth(1).fill('Hallo!');
		expect(typed(screen.container)).toEqual(
			expect.arrayContaining(['welcome_message.locale=de', 'welcome_message.text=Hallo!']),
		);
		await welcome.getByRole('button', { name: 'Remove the text in en' }).click();
		expect(typed(screen.container)).not.toContain('welcome_message.text=Hello!');
	});

	it('show saved values, and keep text that is being typed in other fields', async () => {
		const screen = await render(SettingsHarness, { section: 'conversations', values });
		const text = screen.getByRole('textbox', { name: 'Welcome message: Text' });
		await text.fill('Being typed');
		await screen.rerender({
			values: { ...values, welcome_message: [{ locale: 'en', text: 'Hello!' }] },
		});
		await expect.element(text).toHaveValue('Being typed');
		await screen.rerender({
			values: { ...values, welcome_message: [{ locale: 'en', text: 'Saved' }] },
		});
		await expect.element(text).toHaveValue('Saved');
	});

	it('offer a stored time zone that the server does not list', async () => {
		const screen = await render(SettingsHarness, {
			section: 'hours',
			values: { time_zone: 'posix/Asia/Tokyo' },
		});
		await expect
			.element(screen.getByRole('combobox', { name: 'Time zone' }))
			.toHaveValue('posix/Asia/Tokyo');
	});
});
