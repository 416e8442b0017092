import type { AttachmentInput } from '../../upload/attachment-input.svelte';
import type { SendOutcome, Translator } from '../../index';

export interface ComposerProps {
	/** The text; bind it to the chat's draft. */
	value: string;
	t: Translator;
	/** Sends the text and returns the result; rejected text stays in the box. */
	onsend: () => SendOutcome;
	ontyping?: () => void;
	placeholder?: string | undefined;
	/** The text can be read and kept, but not sent or changed now. */
	locked?: boolean;
	/** Takes files that were chosen or pasted; without it there is no button for them. */
	attachmentInput?: AttachmentInput;
}
