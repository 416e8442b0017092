import { settingsStrings as strings } from '../strings/settings';
import { LIMITS } from './limits';

/** How a setting is shown and typed. Spans are stored as intervals and shown as numbers of their unit. */
type Control =
	| { kind: 'text' | 'url'; maxLength: number; placeholder?: string; required?: boolean }
	/** Words separated by commas; stored as a list. */
	| { kind: 'list'; maxLength: number; placeholder: string }
	| { kind: 'number'; min: number; max: number; unit: string; required?: boolean }
	| { kind: 'span'; min: number; max: number; unit: 'minutes' | 'seconds' }
	/** The options of a choice and of checks are labels by value. */
	| { kind: 'choice'; options: Record<string, string> }
	/** Any of these, or none; stored as a list. */
	| { kind: 'checks'; options: Record<string, string> }
	| { kind: 'switch' }
	| { kind: 'texts' }
	| { kind: 'time_zone' };

type SettingName = keyof typeof strings.fields;
/** Spreads over the kinds, so that selecting one narrows the type. */
type Named<C> = C extends Control
	? C & { name: SettingName; label: string; meaning: string }
	: never;
export type SettingField = Named<Control>;
export type SectionName =
	'general' | 'conversations' | 'hours' | 'assignment' | 'team' | 'email' | 'notifications';

const field = (name: SettingName, control: Control): SettingField => ({
	name,
	label: strings.fields[name].label,
	meaning: strings.fields[name].meaning,
	...control,
});
const url = (placeholder: string): Control => ({ kind: 'url', maxLength: LIMITS.url, placeholder });
const { minutes, conversations, messages, mails, megabytes } = strings.units;

const fileTypes: Record<(typeof LIMITS.uploadTypes)[number], string> =
	strings.fields.upload_types.options;

/** The settings of each page, in the order shown. */
export const SECTIONS: Record<SectionName, readonly SettingField[]> = {
	general: [
		field('app_name', { kind: 'text', maxLength: LIMITS.appName, required: true }),
		field('chat_url', url('https://www.example.com/help')),
		field('dashboard_url', url('https://support.example.com')),
		field('messages_per_minute', {
			kind: 'number',
			...LIMITS.messagesPerMinute,
			unit: messages,
			required: true,
		}),
		field('upload_types', { kind: 'checks', options: fileTypes }),
		field('max_upload_mb', {
			kind: 'number',
			...LIMITS.maxUploadMb,
			unit: megabytes,
			required: true,
		}),
	],
	conversations: [
		field('welcome_message', { kind: 'texts' }),
		field('end_message', { kind: 'texts' }),
		field('expected_reply_minutes', {
			kind: 'number',
			...LIMITS.expectedReplyMinutes,
			unit: minutes,
		}),
		field('inactivity_minutes', { kind: 'number', ...LIMITS.inactivityMinutes, unit: minutes }),
		field('message_before_accept', { kind: 'switch' }),
		field('only_assigned_may_write', { kind: 'switch' }),
		field('allow_view_history', { kind: 'switch' }),
		field('delete_history', { kind: 'choice', options: strings.fields.delete_history.options }),
	],
	hours: [field('time_zone', { kind: 'time_zone' })],
	assignment: [
		field('auto_assign', { kind: 'switch' }),
		field('max_active_conversations', {
			kind: 'number',
			...LIMITS.maxActive,
			unit: conversations,
		}),
		field('agent_timeout', { kind: 'span', ...LIMITS.agentTimeoutSeconds, unit: 'seconds' }),
		field('failover_minutes', { kind: 'number', ...LIMITS.failoverMinutes, unit: minutes }),
	],
	team: [
		field('agent_roles', {
			kind: 'list',
			maxLength: LIMITS.agentRoles * (LIMITS.agentRole + 2),
			placeholder: 'support, helpdesk',
		}),
	],
	email: [
		field('email_enabled', { kind: 'switch' }),
		field('email_from', {
			kind: 'text',
			maxLength: LIMITS.emailFrom,
			placeholder: 'Acme <support@example.com>',
		}),
		field('email_delay', { kind: 'span', ...LIMITS.emailDelayMinutes, unit: 'minutes' }),
		field('email_max_delay', { kind: 'span', ...LIMITS.emailDelayMinutes, unit: 'minutes' }),
		field('email_daily_cap', {
			kind: 'number',
			...LIMITS.emailDailyCap,
			unit: mails,
			required: true,
		}),
		field('unsubscribe_url', url('https://support.example.com/unsubscribe')),
	],
	notifications: [
		field('notify_new_conversation', { kind: 'switch' }),
		field('notify_after_minutes', {
			kind: 'number',
			...LIMITS.notifyAfterMinutes,
			unit: minutes,
			required: true,
		}),
		field('notification_emails', {
			kind: 'list',
			maxLength: LIMITS.notificationEmails * (LIMITS.emailAddress + 2),
			placeholder: 'team@example.com, lead@example.com',
		}),
		field('notification_locale', {
			kind: 'choice',
			options: strings.fields.notification_locale.options,
		}),
	],
};
