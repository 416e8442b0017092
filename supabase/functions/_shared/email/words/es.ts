import type { EmailWords } from './words.ts';

export const es: EmailWords = {
	templates: {
		user_reply: {
			subject: 'Nueva respuesta del soporte de {{app_name}}',
			body: '{{summary}}\n\n{{messages}}\n\n{{chat_link}}',
		},
		staff_waiting: {
			subject: '{{customer}} está esperando una respuesta',
			body: '{{customer}} lleva {{waiting_minutes}} min esperando y ningún agente ha atendido la conversación todavía.\n\n{{first_message}}\n\n{{chat_link}}',
		},
	},
	summary: (app, count) =>
		count === 1
			? `El soporte de ${app} le ha respondido`
			: `El soporte de ${app} le ha enviado ${count} respuestas`,
	earlier: (count) =>
		count === 1
			? 'Hay una respuesta anterior en el chat.'
			: `Hay ${count} respuestas anteriores en el chat.`,
	openChat: 'Abrir el chat',
	unsubscribe: 'Dejar de recibir estos correos',
	replyFooter: (app) =>
		`Recibe este correo porque escribió al soporte de ${app} y aún no ha leído la respuesta.`,
	teamFooter: (app) =>
		`Recibe este correo porque esta dirección figura en «Notifications», en los ajustes del soporte de ${app}.`,
	customer: 'Un cliente',
	test: {
		subject: (app) => `Correo de prueba del soporte de ${app}`,
		body: (app) =>
			`Este es un correo de prueba. Si puede leerlo, los correos del soporte de ${app} llegan a esta dirección.`,
	},
};
