import type { EmailWords } from './words.ts';

export const de: EmailWords = {
	templates: {
		user_reply: {
			subject: 'Neue Antwort vom Support von {{app_name}}',
			body: '{{summary}}\n\n{{messages}}\n\n{{chat_link}}',
		},
		staff_waiting: {
			subject: '{{customer}} wartet auf eine Antwort',
			body: '{{customer}} wartet seit {{waiting_minutes}} Min., und noch hat niemand das Gespräch übernommen.\n\n{{first_message}}\n\n{{chat_link}}',
		},
	},
	summary: (app, count) =>
		count === 1
			? `Der Support von ${app} hat Ihnen geantwortet`
			: `Der Support von ${app} hat Ihnen ${count} Antworten geschickt`,
	earlier: (count) =>
		count === 1
			? 'Eine frühere Antwort steht im Chat.'
			: `${count} frühere Antworten stehen im Chat.`,
	openChat: 'Chat öffnen',
	unsubscribe: 'Diese E-Mails abbestellen',
	replyFooter: (app) =>
		`Sie erhalten diese E-Mail, weil Sie dem Support von ${app} geschrieben und die Antwort noch nicht gesehen haben.`,
	staffFooter: (app) =>
		`Sie erhalten diese E-Mail, weil diese Adresse in den Einstellungen des Supports von ${app} unter „Notifications“ steht.`,
	customer: 'Jemand',
	test: {
		subject: (app) => `Test-E-Mail vom Support von ${app}`,
		body: (app) =>
			`Das ist ein Test. Wenn Sie ihn lesen können, kommen die E-Mails des Supports von ${app} bei dieser Adresse an.`,
	},
};
