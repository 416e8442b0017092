import { type WebSocketLikeConstructor } from '@supabase/supabase-js';
import WebSocket from 'ws';

/**
 * `ws` as the transport that supabase-js asks for: Node 20 has no WebSocket of its own. The two describe the same
 * events, one by its own types and one by the DOM's, so the compiler has to be told.
 */
export const NodeWebSocket = WebSocket as unknown as WebSocketLikeConstructor;
