import { expectTypeOf, it } from 'vitest';
import type { Database } from '../database.types';
import type { SenderType, SupportChat, SupportChatListItem, SupportMessage } from './types';

type Tables = Database['public']['Tables'];
type Shared<T, Row> = Extract<keyof T, keyof Row>;
/** The generator knows no `not null` of composite types. */
type Filled<Row> = { [K in keyof Row]: NonNullable<Row[K]> };

it('has the types of the database', () => {
	type Message = Tables['support_messages']['Row'];
	// The type generator does not know the content of `attachments`.
	type Row = Omit<SupportMessage, 'attachments'>;
	expectTypeOf<Pick<Message, keyof Row>>().toExtend<Row>();

	type Chat = Tables['support_chats']['Row'];
	expectTypeOf<Pick<Chat, Shared<SupportChat, Chat>>>().toEqualTypeOf<
		Pick<SupportChat, Shared<SupportChat, Chat>>
	>();

	type Item = Database['public']['CompositeTypes']['support_chat_list_item'];
	expectTypeOf<keyof SupportChatListItem>().toExtend<keyof Item>();
	type Known = Shared<SupportChatListItem, Item>;
	expectTypeOf<Pick<Filled<Item>, Known>>().toExtend<Filled<Pick<SupportChatListItem, Known>>>();

	expectTypeOf<Database['public']['Enums']['support_sender_type']>().toEqualTypeOf<SenderType>();
});
