import type { AttachmentInput } from '../../upload/attachment-input.svelte';
import type { SendOutcome, Translator } from '../../index';

export interface ComposerProps {
	/** The text: the chat's draft. */
	value: string;
	t: Translator;
	/** Sends the text and returns the result; rejected text stays in the box. */
	onsend: () => SendOutcome;
	/** Called with the text whenever the user changes it. */
	oninput: (value: string) => void;
	placeholder?: string | undefined;
	/** The text can be read and kept, but not sent or changed now. */
	locked?: boolean;
	/** Takes files that were chosen or pasted; without it there is no button for them. */
	attachmentInput?: AttachmentInput;
}
