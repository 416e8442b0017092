import type { EmailWords } from './words.ts';

export const fr: EmailWords = {
	templates: {
		user_reply: {
			subject: 'Nouvelle réponse de l’assistance de {{app_name}}',
			body: '{{summary}}\n\n{{messages}}\n\n{{chat_link}}',
		},
		staff_waiting: {
			subject: '{{customer}} attend une réponse',
			body: '{{customer}} attend depuis {{waiting_minutes}} min et aucun agent n’a encore pris la conversation.\n\n{{first_message}}\n\n{{chat_link}}',
		},
	},
	summary: (app, count) =>
		count === 1
			? `L’assistance de ${app} vous a répondu`
			: `L’assistance de ${app} vous a envoyé ${count} réponses`,
	earlier: (count) =>
		count === 1
			? 'Une réponse précédente se trouve dans le chat.'
			: `${count} réponses précédentes se trouvent dans le chat.`,
	openChat: 'Ouvrir le chat',
	unsubscribe: 'Se désabonner de ces e-mails',
	replyFooter: (app) =>
		`Vous recevez cet e-mail parce que vous avez écrit à l’assistance de ${app} et n’avez pas encore lu la réponse.`,
	teamFooter: (app) =>
		`Vous recevez cet e-mail parce que cette adresse figure sous « Notifications » dans les paramètres de l’assistance de ${app}.`,
	customer: 'Un client',
	test: {
		subject: (app) => `E-mail de test de l’assistance de ${app}`,
		body: (app) =>
			`Ceci est un e-mail de test. Si vous pouvez le lire, les e-mails de l’assistance de ${app} arrivent à cette adresse.`,
	},
};
