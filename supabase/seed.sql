-- Demo data: a team of two, customers, and their conversations of the last 30 days, in every state. Adds nothing if the
-- data exists. Times are relative to now; everything else except the ids is the same each time. All passwords are
-- support-demo. For development only: `npm run dev` and `supabase db reset` run it.

do $seed$
declare
  -- A conversation waits if it has no agent; it is active unless `ended` says who ended it. talk: how long ago, the
  -- agent ('' for the customer), the text. `viewed`: the team has seen the whole chat.
  demo constant jsonb := $json$
  {
    "team": [
      {"email": "admin@example.com", "name": "Mika", "role": "admin"},
      {"email": "sam@example.com", "name": "Sam", "role": "agent"}
    ],
    "customers": [
      {"email": "ada@example.com", "name": "Ada Lovelace", "viewed": true, "conversations": [
        {"agent": "Mika", "page": "/bags/trail-28", "ended": "user", "rating": 5, "talk": [
          ["4 days 3 hours", "", "Hi! Does the Trail 28 fit under an airline seat?"],
          ["4 days 2 hours 52 minutes", "Mika", "Hello Ada! Yes: it is 45 × 30 × 18 cm, which most airlines take as a personal item."],
          ["4 days 2 hours 50 minutes", "", "Perfect, ordered 🎒"]
        ]},
        {"agent": "Sam", "page": "/orders", "ended": "staff", "rating": 5, "feedback": "Quick and friendly.", "talk": [
          ["2 days 5 hours", "", "It arrived, thank you. One zip pull was missing, though."],
          ["2 days 4 hours 40 minutes", "Sam", "Sorry about that! I have put two new ones in the post. They should be with you by Thursday."],
          ["2 days 4 hours 31 minutes", "", "That was quick. Thanks, Sam!"]
        ]}
      ]},
      {"email": "grace@example.com", "name": "Grace Hopper", "viewed": true, "unread answer": true, "conversations": [
        {"agent": "Mika", "page": "/orders", "talk": [
          ["1 day 6 hours", "", "I was charged twice for order 4711. Can you have a look?"],
          ["1 day 5 hours 20 minutes", "Sam", "Hi Grace, I see both payments. I am asking our bank which of them is the real one."],
          ["1 day 5 hours 10 minutes", "", "Thank you!"],
          ["55 minutes", "Mika", "Good news, Grace: the second payment was only a reservation. It will vanish from your statement within three days."]
        ]}
      ]},
      {"email": "alan@example.com", "name": "Alan Turing", "conversations": [
        {"page": "/checkout", "talk": [
          ["3 hours 5 minutes", "", "The discount code AUTUMN says that it is invalid."],
          ["3 hours 4 minutes", "", "Is it case-sensitive?"]
        ]}
      ]},
      {"email": "katherine@example.com", "name": "Katherine Johnson", "conversations": [
        {"agent": "Sam", "page": "/shipping", "ended": "inactivity", "talk": [
          ["7 days 2 hours", "", "Do you ship to Norway?"],
          ["7 days 1 hour", "Sam", "We do! It takes four to six working days, and customs are included in the price."]
        ]},
        {"page": "/orders", "priority": 5, "talk": [
          ["22 minutes", "", "My parcel says “held at customs”. Is there something that I must do?"]
        ]}
      ]},
      {"email": "margaret@example.com", "name": "Margaret Hamilton", "viewed": true, "conversations": [
        {"agent": "Mika", "page": "/orders", "ended": "staff", "rating": 4, "talk": [
          ["9 days", "", "Can I change the address of order 4698? It has not left yet."],
          ["8 days 23 hours 50 minutes", "Mika", "Done. It goes to the new address."]
        ]}
      ]},
      {"email": "edsger@example.com", "name": "Edsger Dijkstra", "viewed": true, "archived": "12 days", "conversations": [
        {"agent": "Sam", "page": "/sizes", "ended": "archive", "rating": 3, "talk": [
          ["14 days", "", "Your size chart has two rows that both say M."],
          ["13 days 20 hours", "Sam", "You are right, thank you for telling us! The second one is L. It is corrected."],
          ["13 days 19 hours", "", "Simplicity is a great virtue."]
        ]}
      ]},
      {"email": "barbara@example.com", "name": "Barbara Liskov", "viewed": true, "archived": "20 days", "conversations": [
        {"agent": "Mika", "page": "/returns", "ended": "archive", "talk": [
          ["21 days", "", "May I exchange the blue one for a green one?"],
          ["20 days 22 hours", "Mika", "Of course. A green one is a fine substitute; the label for sending yours back is in your mail."]
        ]}
      ]}
    ],
    "earlier": [
      {"page": "/shipping", "talk": ["When will my order arrive?", "It left this morning and should arrive the day after tomorrow.", "Great, thanks!"]},
      {"page": "/returns", "talk": ["How do I return a bag that I have used once?", "Just send it back within 60 days; the label is in your mail."]},
      {"page": "/checkout", "talk": ["Do you take payment by invoice?", "We do, for orders above 50 euros.", "That helps."]},
      {"page": "/bags/trail-28", "talk": ["Is the Trail 28 waterproof?", "It keeps rain out, but please do not dive with it.", "I won't!"]},
      {"page": "/orders", "talk": ["Can I add a rain cover to my order?", "I have added it; the price difference is on your invoice."]},
      {"page": "/sizes", "talk": ["I am 1.60 m. Which size of the hip belt do I need?", "S fits up to 1.65 m.", "Ordered, thank you."]},
      {"page": "/warranty", "talk": ["A buckle broke after two years. Is that covered?", "It is: we replace buckles for ten years. One is on its way.", "Wow, thank you."]}
    ]
  }
  $json$;
  person jsonb;
  place bigint;
  earlier jsonb;
  talked jsonb;
  said jsonb;
  person_id uuid;
  author_id uuid;
  new_chat_id uuid;
  new_conversation_id uuid;
  first_answer timestamptz;
  last_message timestamptz;
  ended timestamptz;
begin
  if exists (select from auth.users where email = 'admin@example.com') then
    return;
  end if;

  update public.support_settings
  set app_name = 'Acme',
      email_from = 'Acme Support <support@acme.example>',
      -- Five minutes are long in a demo.
      email_delay = interval '30 seconds',
      email_max_delay = interval '2 minutes';

  for person, place in
    select value, ordinality from jsonb_array_elements((demo -> 'team') || (demo -> 'customers')) with ordinality
  loop
    person_id := gen_random_uuid();
    insert into auth.users (
      id, instance_id, aud, role, email, encrypted_password, email_confirmed_at,
      raw_app_meta_data, raw_user_meta_data, created_at, updated_at,
      -- Auth reads these as text and fails on null.
      confirmation_token, recovery_token, email_change, email_change_token_new
    )
    values (
      person_id, '00000000-0000-0000-0000-000000000000', 'authenticated', 'authenticated', person ->> 'email',
      extensions.crypt('support-demo', extensions.gen_salt('bf')), now(),
      '{"provider": "email", "providers": ["email"]}', jsonb_build_object('full_name', person ->> 'name'), now(), now(),
      '', '', '', ''
    );
    insert into auth.identities (id, user_id, provider, provider_id, identity_data, created_at, updated_at)
    values (
      gen_random_uuid(), person_id, 'email', person_id::text,
      jsonb_build_object('sub', person_id, 'email', person ->> 'email', 'email_verified', true), now(), now()
    );
    if person ? 'role' then
      perform public.support_add_agent(
        person ->> 'email', (person ->> 'role')::public.support_agent_role, person ->> 'name'
      );
      continue;
    end if;

    -- One every three to five days, from 29 days ago until the day before the first talk above.
    select coalesce(
      jsonb_agg(
        jsonb_build_object(
          'agent', case when d.day % 3 = 0 then 'Sam' else 'Mika' end,
          'page', e.value ->> 'page',
          'ended', (array['user', 'staff', 'inactivity', 'staff'])[1 + d.day % 4],
          'rating', (array[5, null, 4, 5, null, 3, 5, 4, null, 2, 5])[1 + (d.day * 3 + place) % 11],
          'talk', (
            select jsonb_agg(
              jsonb_build_array(
                make_interval(days => d.day, mins => (place * 67 - t.ordinality * (2 + (d.day * 7 + place) % 12))::integer)::text,
                case when t.ordinality = 2 then case when d.day % 3 = 0 then 'Sam' else 'Mika' end else '' end,
                t.value
              )
              order by t.ordinality
            )
            from jsonb_array_elements_text(e.value -> 'talk') with ordinality t
          )
        )
        order by d.day desc
      ),
      '[]'
    ) into earlier
    from generate_series(2 + extract(day from (person #>> '{conversations,0,talk,0,0}')::interval)::integer, 29) d (day)
    join jsonb_array_elements(demo -> 'earlier') with ordinality e on e.ordinality = 1 + (d.day + place) % 7
    where (d.day + place) % (3 + place % 3) = 0;

    insert into public.support_chats (user_id) values (person_id) returning id into new_chat_id;
    for talked in select * from jsonb_array_elements(earlier || (person -> 'conversations')) loop
      insert into public.support_conversations (chat_id, user_snapshot, priority, started_at, queued_at)
      select new_chat_id, jsonb_build_object('page', talked ->> 'page'), coalesce((talked ->> 'priority')::bigint, 0), t.at, t.at
      from (select now() - (talked #>> '{talk,0,0}')::interval as at) t
      returning id into new_conversation_id;
      for said in select * from jsonb_array_elements(talked -> 'talk') loop
        select user_id into author_id from public.support_agents where display_name = said ->> 1;
        insert into public.support_messages (id, chat_id, conversation_id, content, sender_type, sender_id, sender_name)
        values (
          gen_random_uuid(), new_chat_id, new_conversation_id, said ->> 2,
          case when said ->> 1 = '' then 'user' else 'admin' end::public.support_sender_type,
          coalesce(author_id, person_id), nullif(said ->> 1, '')
        );
        -- A message gets the time at which it is stored, so set older times.
        update public.support_messages
        set created_at = now() - (said ->> 0)::interval,
            read_at = case when sender_type = 'admin' then now() - (said ->> 0)::interval + interval '1 minute' end
        where chat_id = new_chat_id and seq = (select max(seq) from public.support_messages where chat_id = new_chat_id);
      end loop;

      -- A new conversation is waiting, so change its state afterwards.
      select min(created_at) filter (where sender_type = 'admin'), max(created_at) into first_answer, last_message
      from public.support_messages where conversation_id = new_conversation_id;
      ended := case
        when talked ->> 'ended' = 'archive' then now() - (person ->> 'archived')::interval
        when talked ->> 'ended' = 'inactivity' then last_message + interval '30 minutes'
        when talked ? 'ended' then last_message + interval '2 minutes'
      end;
      update public.support_conversations
      set status = case when talked ? 'ended' then 'ended' when talked ? 'agent' then 'active' else 'waiting' end::public.support_conversation_status,
          agent_id = (select user_id from public.support_agents where display_name = talked ->> 'agent'),
          accepted_at = first_answer - interval '1 minute',
          first_response_at = first_answer,
          last_message_at = last_message,
          ended_at = ended,
          ended_by = (talked ->> 'ended')::public.support_conversation_end,
          rating = (talked ->> 'rating')::bigint,
          feedback = talked ->> 'feedback',
          rated_at = case when talked ->> 'rating' is not null then ended + interval '1 minute' end
      where id = new_conversation_id;
    end loop;

    update public.support_chats
    set created_at = (select min(created_at) from public.support_messages where chat_id = new_chat_id),
        last_message_at = (select max(created_at) from public.support_messages where chat_id = new_chat_id),
        last_user_message_at = (
          select max(created_at) from public.support_messages where chat_id = new_chat_id and sender_type = 'user'
        ),
        admin_viewed_at = case when person ? 'viewed' then now() end,
        archived_at = now() - (person ->> 'archived')::interval
    where id = new_chat_id;
    if person ? 'unread answer' then
      -- Its email stays planned, and appears in the outbox soon.
      update public.support_messages set read_at = null where chat_id = new_chat_id and seq = (
        select last_seq from public.support_chats where id = new_chat_id
      );
      update public.support_notifications
      set first_seq = last_seq
      where chat_id = new_chat_id;
    else
      delete from public.support_notifications where chat_id = new_chat_id;
    end if;
  end loop;
end
$seed$;
