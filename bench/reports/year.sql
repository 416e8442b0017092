-- A year of support for `npm run bench -- reports`: 100,000 conversations and 2,000,000 messages of 80,000 customers,
-- as the triggers would have left them. Runs with session_replication_role = replica, so that no trigger does.
select setseed(0.42);

insert into auth.users (id, email, raw_user_meta_data)
select gen_random_uuid(), 'agent-' || n || '@example.com', '{}' from generate_series(1, 20) n;

insert into public.support_agents (user_id, role, display_name, last_seen_at)
select u.id, 'admin', split_part(u.email, '@', 1), now() from auth.users u;

create temporary table team as
select a.user_id, row_number() over (order by a.display_name) as n from public.support_agents a;

-- Conversation n starts after n - 1; the first 20,000 customers come back, and the newest 1,000 conversations are open.
create temporary table conversations as
select
  gen_random_uuid() as id,
  (n - 1) % 80000 + 1 as customer,
  n,
  now() - interval '365 days' + n * interval '365 days' / 100000 as started_at,
  -- Waiting and answering times have a long tail.
  interval '1 minute' * (-2 * ln(1 - random())) as waited,
  interval '1 minute' * (-1 * ln(1 - random())) as replied,
  interval '1 minute' * (-15 * ln(1 - random())) as lasted,
  case when n > 99700 then 'waiting' when n > 99000 then 'active' else 'ended' end as status,
  1 + floor(random() * 20) as agent,
  case when random() < 0.4 and n <= 99000 then least(5, 1 + floor(random() * 7)) end as rating,
  case when random() < 0.9 then 'https://example.com/page/' || floor(200 * random() * random()) end as page
from generate_series(1, 100000) n;

create temporary table customers as
select
  c.customer, gen_random_uuid() as user_id, gen_random_uuid() as chat_id,
  count(*) as conversations,
  min(c.started_at) as first_at,
  max(c.started_at) as last_at,
  (array_agg(c.id order by c.n desc))[1] as conversation_id,
  (array_agg(c.status order by c.n desc))[1] as status,
  (array_agg(c.agent order by c.n desc))[1] as agent
from conversations c
group by c.customer;

insert into auth.users (id, email, raw_user_meta_data)
select c.user_id, 'customer-' || c.customer || '@example.com', jsonb_build_object('full_name', 'Customer ' || c.customer)
from customers c;

insert into public.support_chats (
  id, user_id, last_seq, message_count, last_message_at, last_user_message_at, admin_viewed_at, archived_at,
  last_message_preview, last_message_sender, conversation_id, conversation_status, agent_id, waiting_since, created_at
)
select
  c.chat_id, c.user_id, 20 * c.conversations, 20 * c.conversations, c.last_at, c.last_at,
  case when c.customer % 50 <> 0 then c.last_at end,
  case when c.customer % 5 = 0 and c.status = 'ended' then c.last_at end,
  'Thank you, that was it', case when c.customer % 3 = 0 then 'user' else 'admin' end::public.support_sender_type,
  c.conversation_id, c.status::public.support_conversation_status,
  t.user_id, case when c.status = 'waiting' then c.last_at end, c.first_at
from customers c
left join team t on t.n = c.agent and c.status <> 'waiting'
order by c.first_at;

insert into public.support_conversations (
  id, chat_id, status, agent_id, user_snapshot, started_at, queued_at, accepted_at, first_response_at, last_message_at,
  ended_at, ended_by, rating
)
select
  v.id, c.chat_id, v.status::public.support_conversation_status, t.user_id,
  -- The page's and the customer's context: some 300 bytes.
  jsonb_strip_nulls(jsonb_build_object(
    'locale', 'en', 'page', v.page, 'title', 'Orders and returns', 'referrer', 'https://www.example.com/search?q=return',
    'name', 'Customer ' || c.customer, 'plan', 'business', 'order', v.n, 'version', '2026.11.1', 'note', repeat('n', 100)
  )),
  v.started_at, v.started_at,
  case when v.status <> 'waiting' then v.started_at + v.waited end,
  case when v.status <> 'waiting' then v.started_at + v.waited + v.replied end,
  v.started_at + v.waited + v.lasted,
  case when v.status = 'ended' then v.started_at + v.waited + v.lasted end,
  case when v.status = 'ended' then 'staff' end::public.support_conversation_end,
  v.rating
from conversations v
join customers c on c.customer = v.customer
left join team t on t.n = v.agent and v.status <> 'waiting'
order by v.n;

insert into public.support_messages (id, chat_id, conversation_id, seq, content, sender_type, sender_id, read_at, created_at)
select
  gen_random_uuid(), c.chat_id, v.id, case when v.n > 80000 then 20 else 0 end + m,
  'Message ' || m || ' about order ' || v.n || ': where is it, and when will it come?',
  case when m % 2 = 0 then 'admin' else 'user' end::public.support_sender_type,
  case when m % 2 = 0 then t.user_id else c.user_id end,
  case when m % 2 = 0 then v.started_at + v.lasted end,
  v.started_at + v.lasted * m / 20
from conversations v
join customers c on c.customer = v.customer
join team t on t.n = v.agent
cross join generate_series(1, 20) m
order by v.n, m;
