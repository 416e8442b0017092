import { expect, it } from 'vitest';
import { testChat } from '../../dashboard/testing/dashboard-context';
import { belongsTo } from './inbox-view';
import type { InboxView } from '../types';

const VIEWS: InboxView[] = ['active', 'mine', 'waiting', 'open', 'ended', 'archived'];
const viewsOf = (given: Parameters<typeof testChat>[0]) =>
	VIEWS.filter((view) => belongsTo(view, testChat(given), 'mika'));

it("a chat is in the views of its conversation's state and of the archive", () => {
	expect(viewsOf({})).toEqual(['active']);
	expect(viewsOf({ conversation_status: 'waiting' })).toEqual(['active', 'waiting', 'open']);
	expect(viewsOf({ conversation_status: 'active', agent_id: 'sam' })).toEqual(['active', 'open']);
	expect(viewsOf({ conversation_status: 'active', agent_id: 'mika' })).toEqual([
		'active',
		'mine',
		'open',
	]);
	expect(viewsOf({ conversation_status: 'ended', agent_id: 'mika' })).toEqual(['active', 'ended']);
	expect(viewsOf({ conversation_status: 'ended', archived: true })).toEqual(['ended', 'archived']);
});
