/** How the button is called before the panel's catalogue is there, which then names it. A test holds them equal. */
export const OPEN_LABELS: Record<string, string | undefined> = {
	de: 'Support-Chat öffnen',
	es: 'Abrir el chat de soporte',
	fr: 'Ouvrir le chat d’assistance',
	zh: '打开客服聊天',
};

export const OPEN_LABEL = 'Open support chat';
