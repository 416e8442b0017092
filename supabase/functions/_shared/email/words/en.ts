import type { EmailWords } from './words.ts';

export const en: EmailWords = {
	templates: {
		user_reply: {
			subject: 'New reply from {{app_name}} Support',
			body: '{{summary}}\n\n{{messages}}\n\n{{chat_link}}',
		},
		staff_waiting: {
			subject: '{{customer}} is waiting for a reply',
			body: '{{customer}} has been waiting for {{waiting_minutes}} min, and no agent has taken the conversation yet.\n\n{{first_message}}\n\n{{chat_link}}',
		},
	},
	summary: (app, count) =>
		count === 1 ? `${app} Support replied to you` : `${app} Support sent you ${count} replies`,
	earlier: (count) =>
		count === 1
			? 'There is one earlier reply in the chat.'
			: `There are ${count} earlier replies in the chat.`,
	openChat: 'Open the chat',
	unsubscribe: 'Unsubscribe from these emails',
	replyFooter: (app) =>
		`You received this email because you wrote to ${app} Support and have not read the reply yet.`,
	teamFooter: (app) =>
		`You received this email because this address is listed under Notifications in the ${app} Support settings.`,
	customer: 'A customer',
	test: {
		subject: (app) => `Test email from ${app} Support`,
		body: (app) =>
			`This is a test. If you can read it, emails from ${app} Support reach this address.`,
	},
};
