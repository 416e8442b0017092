import type { EmailWords } from './words.ts';

export const de: EmailWords = {
	templates: {
		user_reply: {
			subject: 'Neue Antwort vom Support von {{app_name}}',
			body: '{{summary}}\n\n{{messages}}\n\n{{chat_link}}',
		},
		staff_waiting: {
			subject: '{{customer}} wartet auf eine Antwort',
			body: '{{customer}} wartet seit {{waiting_minutes}} Min. Bisher hat niemand das Gespräch übernommen.\n\n{{first_message}}\n\n{{chat_link}}',
		},
	},
	summary: (app, count) =>
		count === 1
			? `Der Support von ${app} hat Ihnen geantwortet`
			: `Der Support von ${app} hat Ihnen ${count} Antworten geschickt`,
	earlier: (count) =>
		count === 1
			? 'Eine frühere Antwort finden Sie im Chat.'
			: `${count} frühere Antworten finden Sie im Chat.`,
	openChat: 'Chat öffnen',
	unsubscribe: 'Diese E-Mails abbestellen',
	replyFooter: (app) =>
		`Sie erhalten diese E-Mail, weil Sie an den Support von ${app} geschrieben und die Antwort noch nicht gelesen haben.`,
	teamFooter: (app) =>
		`Sie erhalten diese E-Mail, weil diese Adresse in den Support-Einstellungen von ${app} unter „Notifications“ eingetragen ist.`,
	customer: 'Ein Kunde',
	test: {
		subject: (app) => `Test-E-Mail vom Support von ${app}`,
		body: (app) =>
			`Dies ist eine Test-E-Mail. Wenn Sie sie lesen können, kommen E-Mails vom Support von ${app} unter dieser Adresse an.`,
	},
};
