/** The few words that show before the panel's catalogue is there; a test holds them equal to it. */
export interface LauncherLabels {
	open: string;
	close: string;
	/** `#` stands for the count. */
	one: string;
	other: string;
	failed: string;
}

const LABELS: Record<string, LauncherLabels | undefined> = {
	de: {
		open: 'Support-Chat öffnen',
		close: 'Support-Chat schließen',
		one: '# ungelesene Nachricht',
		other: '# ungelesene Nachrichten',
		failed: 'Der Chat konnte nicht geladen werden. Bitte noch einmal versuchen.',
	},
	es: {
		open: 'Abrir el chat de soporte',
		close: 'Cerrar el chat de soporte',
		one: '# mensaje sin leer',
		other: '# mensajes sin leer',
		failed: 'No se pudo cargar el chat. Inténtalo de nuevo.',
	},
	fr: {
		open: 'Ouvrir le chat d’assistance',
		close: 'Fermer le chat d’assistance',
		one: '# message non lu',
		other: '# messages non lus',
		failed: 'Le chat n’a pas pu être chargé. Réessayez.',
	},
	zh: {
		open: '打开客服聊天',
		close: '关闭客服聊天',
		one: '# 条未读消息',
		other: '# 条未读消息',
		failed: '聊天无法加载，请重试。',
	},
};

const ENGLISH: LauncherLabels = {
	open: 'Open support chat',
	close: 'Close support chat',
	one: '# unread message',
	other: '# unread messages',
	failed: 'The chat could not be loaded. Try again.',
};

/** The words for a BCP 47 tag, English where there are none. */
export const launcherLabels = (locale: string): LauncherLabels =>
	LABELS[locale.slice(0, 2).toLowerCase()] ?? ENGLISH;
