import type { EmailWords } from './words.ts';

export const zh: EmailWords = {
	templates: {
		user_reply: {
			subject: '{{app_name}} 客服的新回复',
			body: '{{summary}}\n\n{{messages}}\n\n{{chat_link}}',
		},
		staff_waiting: {
			subject: '{{customer}} 正在等待回复',
			body: '{{customer}} 已等待 {{waiting_minutes}} 分钟，还没有客服接手此对话。\n\n{{first_message}}\n\n{{chat_link}}',
		},
	},
	summary: (app, count) =>
		count === 1 ? `${app} 客服回复了您` : `${app} 客服给您发来了 ${count} 条回复`,
	earlier: (count) => `聊天中还有 ${count} 条更早的回复。`,
	openChat: '打开聊天',
	unsubscribe: '退订此类邮件',
	replyFooter: (app) => `您收到此邮件，是因为您联系过 ${app} 客服，但尚未阅读回复。`,
	teamFooter: (app) => `您收到此邮件，是因为此地址已添加到 ${app} 客服设置的“Notifications”中。`,
	customer: '一位客户',
	test: {
		subject: (app) => `来自 ${app} 客服的测试邮件`,
		body: (app) => `这是一封测试邮件。如果您能看到它，说明 ${app} 客服的邮件可以送达此地址。`,
	},
};
