-- Text that people type: checks of stored values, and previews.
-- Creates: in support_private blank_characters, is_line, is_web_address, is_email_address, are_email_addresses,
--          is_mail_sender, is_text_by_locale, text_by_locale, clip, one_line and preview.

set lock_timeout = '5s';
set statement_timeout = '60s';

-- Checks of stored values --------------------------------------------------------------------------
-- Checks of tables call these functions, and the dashboard's forms have the same rules; settings-agree.test.ts compares them.
-- Checks run as the role that writes the row, so the API roles may execute these functions.

create function support_private.blank_characters()
returns text
language sql
immutable
parallel safe
set search_path = ''
as $$
  -- Every invisible character: controls, spaces of all widths, zero-width and bidi marks, fillers, variation
  -- selectors. The same list as BLANK in src/lib/chat/text/text.ts; a test compares them.
  select E'\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0009\u000a\u000b\u000c\u000d\u000e\u000f'
    || E'\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f'
    || E'\u0020\u007f\u0085\u00a0\u00ad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b\u180c\u180d\u180e\u180f'
    || E'\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u200c\u200d\u200e\u200f'
    || E'\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u202f\u205f\u2060\u2061\u2062\u2063\u2064\u2065'
    || E'\u2066\u2067\u2068\u2069\u206a\u206b\u206c\u206d\u206e\u206f\u2800\u3000\u3164'
    || E'\ufe00\ufe01\ufe02\ufe03\ufe04\ufe05\ufe06\ufe07\ufe08\ufe09\ufe0a\ufe0b\ufe0c\ufe0d\ufe0e\ufe0f\ufeff\uffa0'
$$;
comment on function support_private.blank_characters() is
  'The invisible characters; a message needs a character that is not among them.';
revoke execute on function support_private.blank_characters() from public;
grant execute on function support_private.blank_characters() to authenticated, service_role;

create function support_private.is_line(p_text text, p_most integer)
returns boolean
language sql
immutable
parallel safe
set search_path = ''
as $$
  -- Control characters are written out, because the server's locale decides which characters a class such as [[:cntrl:]] has.
  select char_length(p_text) <= p_most
    and p_text !~ '[\u0001-\u001f\u007f-\u009f]'
    and btrim(p_text, support_private.blank_characters()) <> ''
$$;
comment on function support_private.is_line(text, integer) is
  'Is it one line of at most p_most characters with at least one visible character?';
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
  -- The plain form of an address, without credentials and in ASCII, so that every program parses it alike.
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
    -- A host that ends with a number is an IPv4 address.
    return v_parts[1] ~ ('^' || v_byte || '(\.' || v_byte || '){3}$');
  end if;
  return v_parts[1] !~* '(^|\.)xn--([^.]*-)?(\.|$)';
exception
  when invalid_text_representation then -- not an IPv6 address
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
  -- A valid address as HTML defines it, with a dot in its domain: ASCII, without characters that could end a
  -- header or start another address.
  select coalesce(
    char_length(p_address) <= 254
    and p_address ~ ('^[A-Za-z0-9.!#$%&''*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?'
      || '(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)+$'),
    false
  )
$$;
comment on function support_private.is_email_address(text) is 'Is it one plain email address, without a name?';
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
comment on function support_private.are_email_addresses(text[]) is 'Is it a list of at most 20 email addresses, none twice?';
revoke execute on function support_private.are_email_addresses(text[]) from public;
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
comment on function support_private.is_mail_sender(text) is 'Is it an email address, alone or as Name <address>?';
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
grant execute on function support_private.is_text_by_locale(jsonb) to authenticated, service_role;

-- Previews -----------------------------------------------------------------------------------------

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
  'The text in the given language, else in its base language, in English, or in the first language; null without '
  'any text.';
revoke execute on function support_private.text_by_locale(jsonb, text) from public;

create function support_private.clip(p_text text, p_length integer)
returns text
language sql
immutable
parallel safe
set search_path = ''
as $$
  select case
    when char_length(p_text) <= p_length then p_text
    -- Take one character more, and leave out the last one together with the marks, selectors, skin tones and joined emoji that
    -- belong to it. A character with more marks than fit is cut nevertheless.
    else coalesce(
      nullif(
        regexp_replace(
          left(p_text, p_length + 1),
          '.(?:[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u200d\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f\U0001f3fb-\U0001f3ff]|\u200d.)*$',
          ''
        ),
        ''
      ),
      left(p_text, p_length)
    )
  end
$$;
comment on function support_private.clip(text, integer) is
  'The beginning of a text, at most p_length code points, not cut between a character and its combining marks or inside a joined emoji.';
revoke execute on function support_private.clip(text, integer) from public;

create function support_private.one_line(p_text text)
returns text
language sql
immutable
parallel safe
set search_path = ''
as $$
  select ltrim(
    rtrim(
      regexp_replace(p_text, '\s+', ' ', 'g'),
      -- A variation selector at the end belongs to the emoji before it.
      regexp_replace(support_private.blank_characters(), '[\ufe00-\ufe0f\u180b-\u180d\u180f]', '', 'g')
    ),
    support_private.blank_characters()
  )
$$;
comment on function support_private.one_line(text) is 'A text on one line, with single spaces, and without leading and trailing blanks.';
revoke execute on function support_private.one_line(text) from public;

create function support_private.preview(p_content text, p_length integer)
returns text
language plpgsql
immutable
parallel safe
set search_path = ''
as $$
declare
  v_text text := support_private.one_line(p_content);
  v_cut text;
begin
  if char_length(v_text) <= p_length then
    return v_text;
  end if;
  v_cut := support_private.clip(v_text, p_length - 1);
  -- Leave out a word that was cut, unless it is long, such as an address or text in a script without spaces.
  if substr(v_text, char_length(v_cut) + 1, 1) <> ' ' then
    v_cut := regexp_replace(v_cut, ' [^ ]{0,20}$', '');
  end if;
  return rtrim(v_cut) || '…';
end
$$;
comment on function support_private.preview(text, integer) is
  'A text on one line, at most p_length code points; a longer text ends after a word, with an ellipsis.';
revoke execute on function support_private.preview(text, integer) from public;
