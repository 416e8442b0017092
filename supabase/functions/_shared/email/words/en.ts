import type { EmailWords } from './words.ts';

export const en: EmailWords = {
	templates: {
		user_reply: {
			subject: 'New reply from {{app_name}} Support',
			body: '{{summary}}\n\n{{messages}}\n\n{{chat_link}}',
		},
		staff_waiting: {
			subject: '{{customer}} is waiting for an answer',
			body: '{{customer}} has been waiting for {{waiting_minutes}} min, and nobody has taken the conversation yet.\n\n{{first_message}}\n\n{{chat_link}}',
		},
	},
	summary: (app, count) =>
		count === 1 ? `${app} Support replied to you` : `${app} Support sent you ${count} replies`,
	earlier: (count) =>
		count === 1 ? 'One earlier reply is in the chat.' : `${count} earlier replies are in the chat.`,
	openChat: 'Open the chat',
	unsubscribe: 'Unsubscribe from these e-mails',
	replyFooter: (app) =>
		`You get this because you wrote to ${app} Support and have not seen the answer yet.`,
	staffFooter: (app) =>
		`You get this because this address is in the settings of ${app} Support, under Notifications.`,
	customer: 'A customer',
	test: {
		subject: (app) => `Test e-mail from ${app} Support`,
		body: (app) =>
			`This is a test. If you can read it, the e-mails of ${app} Support arrive at this address.`,
	},
};
