-- Text that people type: what may be stored, and how it is shown in short.
-- Creates: in support_private blank_characters, is_line, is_web_address, is_email_address, are_email_addresses,
--          is_mail_sender, is_text_by_locale, text_by_locale and preview.

set lock_timeout = '5s';
set statement_timeout = '60s';

-- Checks of tables call these, and the forms of the dashboard refuse the same; settings-agree.test.ts compares them. Checks
-- run as whoever writes the row, so the API roles may execute these functions.

create function support_private.blank_characters()
returns text
language sql
immutable
parallel safe
set search_path = ''
as $$
  -- Every character that shows nothing: controls, spaces of all widths, zero-width and bidi marks, fillers, variation
  -- selectors. The same list as BLANK in src/lib/chat/text.ts; a test holds them together.
  select E'\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0009\u000a\u000b\u000c\u000d\u000e\u000f'
    || E'\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f'
    || E'\u0020\u007f\u0085\u00a0\u00ad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b\u180c\u180d\u180e\u180f'
    || E'\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u200c\u200d\u200e\u200f'
    || E'\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u202f\u205f\u2060\u2061\u2062\u2063\u2064\u2065'
    || E'\u2066\u2067\u2068\u2069\u206a\u206b\u206c\u206d\u206e\u206f\u2800\u3000\u3164'
    || E'\ufe00\ufe01\ufe02\ufe03\ufe04\ufe05\ufe06\ufe07\ufe08\ufe09\ufe0a\ufe0b\ufe0c\ufe0d\ufe0e\ufe0f\ufeff\uffa0'
$$;
comment on function support_private.blank_characters() is
  'The characters that show nothing; a message needs one that is not among them.';
revoke execute on function support_private.blank_characters() from public;
grant execute on function support_private.blank_characters() to authenticated, service_role;

create function support_private.is_line(p_text text, p_most integer)
returns boolean
language sql
immutable
parallel safe
set search_path = ''
as $$
  -- Control characters are written out: which characters a class such as [[:cntrl:]] has depends on the server's locale.
  select char_length(p_text) <= p_most
    and p_text !~ '[\u0001-\u001f\u007f-\u009f]'
    and btrim(p_text, support_private.blank_characters()) <> ''
$$;
comment on function support_private.is_line(text, integer) is
  'Is it one line of at most so many characters, of which one shows?';
revoke execute on function support_private.is_line(text, integer) from public;
grant execute on function support_private.is_line(text, integer) to authenticated, service_role;

create function support_private.is_web_address(p_url text)
returns boolean
language plpgsql
immutable
parallel safe
strict
set search_path = ''
as $$
declare
  -- The plain form of an address: no credentials, ASCII only, so that every program reads it alike.
  v_parts text[] := regexp_match(
    p_url, '^https?://(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*\.?)(?::([0-9]{1,5}))?(?:[/?#][!-~]*)?$'
  );
  v_byte constant text := '(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])';
begin
  if v_parts is null or char_length(p_url) > 500 or v_parts[2]::integer > 65535 then
    return false;
  elsif v_parts[1] like '[%' then
    return family(btrim(v_parts[1], '[]')::inet) = 6;
  elsif v_parts[1] ~* '(^|\.)([0-9]+|0x[0-9a-f]*)\.?$' then
    -- A number at the end is an address of four bytes.
    return v_parts[1] ~ ('^' || v_byte || '(\.' || v_byte || '){3}$');
  end if;
  return v_parts[1] !~* '(^|\.)xn--([^.]*-)?(\.|$)';
exception
  when invalid_text_representation then -- no address of IPv6
    return false;
end
$$;
comment on function support_private.is_web_address(text) is
  'Is it an http or https address in its plain form, at most 500 characters, that a browser can parse?';
revoke execute on function support_private.is_web_address(text) from public;
grant execute on function support_private.is_web_address(text) to authenticated, service_role;

create function support_private.is_email_address(p_address text)
returns boolean
language sql
immutable
parallel safe
set search_path = ''
as $$
  -- What HTML calls a valid address, with a dot in its domain: ASCII, nothing that could end a header or start another address.
  select coalesce(
    char_length(p_address) <= 254
    and p_address ~ ('^[A-Za-z0-9.!#$%&''*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?'
      || '(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)+$'),
    false
  )
$$;
comment on function support_private.is_email_address(text) is 'Is it one plain e-mail address, without a name?';
revoke execute on function support_private.is_email_address(text) from public;
grant execute on function support_private.is_email_address(text) to authenticated, service_role;

create function support_private.are_email_addresses(p_addresses text[])
returns boolean
language sql
immutable
parallel safe
set search_path = ''
as $$
  select cardinality(p_addresses) <= 20
    and not exists (select from unnest(p_addresses) a (address) where not support_private.is_email_address(a.address))
    and (select count(distinct lower(a.address)) from unnest(p_addresses) a (address)) = cardinality(p_addresses)
$$;
comment on function support_private.are_email_addresses(text[]) is 'Is it a list of at most 20 e-mail addresses, none twice?';
revoke execute on function support_private.are_email_addresses(text[]) from public;
-- Checks run as whoever writes the row: admins, through the settings page.
grant execute on function support_private.are_email_addresses(text[]) to authenticated, service_role;

create function support_private.is_mail_sender(p_sender text)
returns boolean
language sql
immutable
parallel safe
strict
set search_path = ''
as $$
  select support_private.is_line(p_sender, 320) and support_private.is_email_address(
    case when p_sender ~ '^[^<>]*<[^<>]*>$' then substring(p_sender from '<([^<>]*)>$') else p_sender end
  )
$$;
comment on function support_private.is_mail_sender(text) is 'Is it an e-mail address, alone or as Name <address>?';
revoke execute on function support_private.is_mail_sender(text) from public;
grant execute on function support_private.is_mail_sender(text) to authenticated, service_role;

create function support_private.is_text_by_locale(p_value jsonb)
returns boolean
language sql
immutable
parallel safe
set search_path = ''
as $$
  select case when jsonb_typeof(p_value) = 'object' then not exists (
    select from jsonb_each(p_value) t
    where t.key !~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$'
      or jsonb_typeof(t.value) <> 'string'
      or char_length(t.value #>> '{}') not between 1 and 1000
      or btrim(t.value #>> '{}', support_private.blank_characters()) = ''
  ) else false end
$$;
comment on function support_private.is_text_by_locale(jsonb) is
  'Is it an object of texts (1 to 1,000 characters) by language, such as {"en": "Hello"}?';
revoke execute on function support_private.is_text_by_locale(jsonb) from public;
-- Checks run as whoever writes the row: admins, through the settings page.
grant execute on function support_private.is_text_by_locale(jsonb) to authenticated, service_role;

create function support_private.text_by_locale(p_texts jsonb, p_locale text)
returns text
language sql
immutable
parallel safe
set search_path = ''
as $$
  select coalesce(
    p_texts ->> p_locale,
    p_texts ->> split_part(p_locale, '-', 1),
    p_texts ->> 'en',
    (select t.value from jsonb_each_text(p_texts) t order by t.key limit 1)
  )
$$;
comment on function support_private.text_by_locale(jsonb, text) is
  'The text in the asked language, else in its base language, in English, or in the first there is; null when there is none.';
revoke execute on function support_private.text_by_locale(jsonb, text) from public;

create function support_private.preview(p_content text, p_length integer)
returns text
language plpgsql
immutable
parallel safe
set search_path = ''
as $$
declare
  -- A variation selector at the end belongs to the emoji before it.
  v_text text := ltrim(
    rtrim(
      regexp_replace(p_content, '\s+', ' ', 'g'),
      regexp_replace(support_private.blank_characters(), '[\ufe00-\ufe0f\u180b-\u180d\u180f]', '', 'g')
    ),
    support_private.blank_characters()
  );
  -- What joins the character before it: marks, joiners, vowels of Hangul syllables (Unicode's Grapheme_Extend and
  -- SpacingMark in the first plane), skin tones, tags and further variation selectors.
  v_joining constant text := '[\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1-\u05c2\u05c4-\u05c5\u05c7\u0610-\u061a\u064b-\u065f'
    || '\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7-\u06e8\u06ea-\u06ed\u0711\u0730-\u074a\u07a6-\u07b0\u07eb-\u07f3'
    || '\u07fd\u0816-\u0819\u081b-\u0823\u0825-\u0827\u0829-\u082d\u0859-\u085b\u0897-\u089f\u08ca-\u08e1'
    || '\u08e3-\u0903\u093a-\u093c\u093e-\u094f\u0951-\u0957\u0962-\u0963\u0981-\u0983\u09bc\u09be-\u09cd\u09d7'
    || '\u09e2-\u09e3\u09fe-\u0a03\u0a3c-\u0a51\u0a70-\u0a71\u0a75\u0a81-\u0a83\u0abc\u0abe-\u0acd\u0ae2-\u0ae3'
    || '\u0afa-\u0b03\u0b3c\u0b3e-\u0b57\u0b62-\u0b63\u0b82\u0bbe-\u0bcd\u0bd7\u0c00-\u0c04\u0c3c\u0c3e-\u0c56'
    || '\u0c62-\u0c63\u0c81-\u0c83\u0cbc\u0cbe-\u0cd6\u0ce2-\u0ce3\u0cf3-\u0d03\u0d3b-\u0d3c\u0d3e-\u0d4d\u0d57'
    || '\u0d62-\u0d63\u0d81-\u0d83\u0dca-\u0ddf\u0df2-\u0df3\u0e31\u0e33-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb3-\u0ebc'
    || '\u0ec8-\u0ece\u0f18-\u0f19\u0f35\u0f37\u0f39\u0f3e-\u0f3f\u0f71-\u0f84\u0f86-\u0f87\u0f8d-\u0fbc\u0fc6'
    || '\u102b-\u103e\u1056-\u1059\u105e-\u1060\u1062-\u1064\u1067-\u106d\u1071-\u1074\u1082-\u108d\u108f'
    || '\u109a-\u109d\u1160-\u11ff\u135d-\u135f\u1712-\u1715\u1732-\u1734\u1752-\u1753\u1772-\u1773\u17b4-\u17d3'
    || '\u17dd\u180b-\u180d\u180f\u1885-\u1886\u18a9\u1920-\u193b\u1a17-\u1a1b\u1a55-\u1a7f\u1ab0-\u1b04'
    || '\u1b34-\u1b44\u1b6b-\u1b73\u1b80-\u1b82\u1ba1-\u1bad\u1be6-\u1bf3\u1c24-\u1c37\u1cd0-\u1cd2\u1cd4-\u1ce8'
    || '\u1ced\u1cf4\u1cf7-\u1cf9\u1dc0-\u1dff\u200c-\u200d\u20d0-\u20f0\u2cef-\u2cf1\u2d7f\u2de0-\u2dff'
    || '\u302a-\u302f\u3099-\u309a\ua66f-\ua672\ua674-\ua67d\ua69e-\ua69f\ua6f0-\ua6f1\ua802\ua806\ua80b'
    || '\ua823-\ua827\ua82c\ua880-\ua881\ua8b4-\ua8c5\ua8e0-\ua8f1\ua8ff\ua926-\ua92d\ua947-\ua953\ua980-\ua983'
    || '\ua9b3-\ua9c0\ua9e5\uaa29-\uaa36\uaa43\uaa4c-\uaa4d\uaa7b-\uaa7d\uaab0\uaab2-\uaab4\uaab7-\uaab8'
    || '\uaabe-\uaabf\uaac1\uaaeb-\uaaef\uaaf5-\uaaf6\uabe3-\uabea\uabec-\uabed\ud7b0-\ud7fb\ufb1e\ufe00-\ufe0f'
    || '\ufe20-\ufe2f\uff9e-\uff9f'
    || '\U0001f3fb-\U0001f3ff\U000e0020-\U000e01ef]';
  v_cut integer := p_length;
begin
  if char_length(v_text) <= p_length then
    return v_text;
  end if;
  -- Never cut inside what a reader sees as one character: step back while the next code point joins the one before it,
  -- or is the second half of a flag.
  while v_cut > 1 and (
    substr(v_text, v_cut + 1, 1) ~ v_joining
    or substr(v_text, v_cut, 1) = E'\u200d'
    or (
      substr(v_text, v_cut + 1, 1) between U&'\+01F1E6' and U&'\+01F1FF'
      and char_length(substring(left(v_text, v_cut) from '[\U0001f1e6-\U0001f1ff]*$')) % 2 = 1
    )
  ) loop
    v_cut := v_cut - 1;
  end loop;
  return left(v_text, v_cut);
end
$$;
comment on function support_private.preview(text, integer) is
  'The text on one line, at most p_length code points, never cut inside an emoji, a flag or a combining sequence.';
revoke execute on function support_private.preview(text, integer) from public;
grant execute on function support_private.preview(text, integer) to service_role;
