-- 有问必应、接诉即办: tickets as recorded history, who raised them kept apart and sealed, the knowledge base, visits to firms.
create schema hotline;
grant usage on schema hotline to yingshang_app;

-- One request, whatever door it came through. Nothing in this row says who raised it.
create table hotline.ticket (
  region text not null,
  id uuid not null,
  no text not null,
  status text not null,
  class text not null,
  urgency text not null,
  channel text not null,
  town text not null,
  topic text not null,
  matter text not null,
  title text not null,
  lead_unit text,
  -- who has it in hand, and who may read it
  handlers text[] not null default '{}',
  readers text[] not null default '{}',
  confidential boolean not null,
  enterprise boolean not null,
  registered_at timestamptz not null,
  first_dispatched_at timestamptz,
  dispatched_at timestamptz,
  signed_at timestamptz,
  contacted_at timestamptz,
  due_at timestamptz,
  replied_at timestamptz,
  closed_at timestamptz,
  outcome text,
  solved boolean,
  satisfaction smallint,
  excluded text,
  returns integer not null default 0,
  reopens integer not null default 0,
  repeats integer not null default 0,
  cause_kind text,
  cause_subject text,
  state jsonb not null,
  -- which task carries which duty: dispatch, sign, reply, assist:<unit>, panel, decision, call-back, track
  tasks jsonb not null default '{}',
  version integer not null,
  updated_at timestamptz not null,
  primary key (region, id),
  unique (region, no)
);
create index ticket_queue on hotline.ticket (region, status, due_at, id);
create index ticket_readers on hotline.ticket using gin (readers);
create index ticket_when on hotline.ticket (region, registered_at, id);
create index ticket_lead on hotline.ticket (region, lead_unit, first_dispatched_at);
create index ticket_topic on hotline.ticket (region, topic, town, registered_at);
create index ticket_cause on hotline.ticket (region, cause_kind, cause_subject, closed_at) where cause_kind is not null;
grant select, insert, update on hotline.ticket to yingshang_app;

create table hotline.ticket_event (
  region text not null,
  ticket_id uuid not null,
  seq integer not null,
  at timestamptz not null,
  type text not null,
  -- empty for whoever raised it: the record never says who
  actor_id uuid,
  actor_name text not null,
  unit_id text,
  body jsonb not null,
  primary key (region, ticket_id, seq),
  foreign key (region, ticket_id) references hotline.ticket (region, id)
);
create index ticket_event_when on hotline.ticket_event (region, type, at);
grant select, insert on hotline.ticket_event to yingshang_app;

-- Who raised a ticket or joined it, sealed. Read by the hotline, and by handlers where the matter allows it; never listed.
create table hotline.caller (
  region text not null,
  id uuid not null,
  ticket_id uuid not null,
  role text not null check (role in ('caller', 'joiner')),
  account_id uuid,
  uscc text,
  name_sealed text,
  phone_sealed text,
  phone_index text,
  email_sealed text,
  -- the words as they were written, before names and numbers were blotted out
  original_sealed text not null,
  -- the follow-up code, as a blind index
  code_index text not null,
  at timestamptz not null,
  primary key (region, id),
  foreign key (region, ticket_id) references hotline.ticket (region, id)
);
create index caller_ticket on hotline.caller (region, ticket_id);
create index caller_account on hotline.caller (region, account_id, at) where account_id is not null;
create index caller_phone on hotline.caller (region, phone_index, at) where phone_index is not null;
create index caller_uscc on hotline.caller (region, uscc, at) where uscc is not null;
grant select, insert, update on hotline.caller to yingshang_app;

create table hotline.attachment (
  region text not null,
  id uuid not null,
  ticket_id uuid,
  sha256 text not null,
  name text not null,
  type text not null,
  size bigint not null,
  side text not null check (side in ('caller', 'unit', 'desk')),
  account_id uuid,
  unit_id text,
  -- of a confidential ticket: the hotline has looked at it and it shows nobody
  released boolean not null default false,
  uploaded_at timestamptz not null,
  primary key (region, id),
  foreign key (region, ticket_id) references hotline.ticket (region, id)
);
create index attachment_ticket on hotline.attachment (region, ticket_id);
grant select, insert, update on hotline.attachment to yingshang_app;

-- People who were told another way instead of getting a ticket: only that it happened.
create table hotline.told (
  region text not null,
  id uuid not null,
  at timestamptz not null,
  hint text not null,
  kind text not null check (kind in ('emergency', 'elsewhere', 'knowledge', 'repeat')),
  channel text not null,
  primary key (region, id)
);
create index told_when on hotline.told (region, at);
grant select, insert on hotline.told to yingshang_app;

-- What dispatching taught: confirmed by signing, or returned.
create table hotline.lesson (
  region text not null,
  id uuid not null,
  ticket_id uuid not null,
  unit_id text not null,
  verdict text not null check (verdict in ('confirmed', 'returned')),
  at timestamptz not null,
  primary key (region, id),
  unique (region, ticket_id, unit_id, verdict),
  foreign key (region, ticket_id) references hotline.ticket (region, id)
);
create index lesson_when on hotline.lesson (region, at, id);
grant select, insert on hotline.lesson to yingshang_app;

-- The trained model of dispatch, one per county; another process takes it over from here.
create table hotline.model (
  region text not null,
  name text not null,
  content bytea not null,
  trained_rows integer not null,
  calibration jsonb not null,
  trained_at timestamptz not null,
  primary key (region, name)
);
grant select, insert, update on hotline.model to yingshang_app;

-- 知识库: the row that is served, and every version of it.
create table hotline.entry (
  region text not null,
  id uuid not null,
  slug text,
  title text not null,
  answer text not null,
  keywords jsonb not null default '[]',
  unit_id text not null,
  source_title text not null,
  source_no text not null,
  item_id text not null default '',
  valid_from date not null,
  valid_until date,
  verified_on date not null,
  state text not null check (state in ('proposed', 'published', 'flagged', 'withdrawn')),
  flag text not null default '',
  -- the ticket whose answer proposed it
  ticket_id uuid,
  task_id uuid,
  version integer not null default 1,
  proposed_by text not null default '',
  proposed_by_id uuid,
  reviewed_by text not null default '',
  updated_at timestamptz not null,
  primary key (region, id),
  unique (region, slug)
);
create index entry_state on hotline.entry (region, state, unit_id, verified_on);
create index entry_source on hotline.entry (region, source_no) where source_no <> '';
grant select, insert, update on hotline.entry to yingshang_app;

create table hotline.entry_event (
  region text not null,
  entry_id uuid not null,
  version integer not null,
  at timestamptz not null,
  what text not null,
  actor_id uuid,
  actor_name text not null,
  body jsonb not null,
  primary key (region, entry_id, version),
  foreign key (region, entry_id) references hotline.entry (region, id)
);
grant select, insert on hotline.entry_event to yingshang_app;

create table hotline.entry_use (
  region text not null,
  id uuid not null,
  entry_id uuid not null,
  at timestamptz not null,
  kind text not null check (kind in ('used', 'unhelpful')),
  channel text not null,
  primary key (region, id),
  foreign key (region, entry_id) references hotline.entry (region, id)
);
create index entry_use_entry on hotline.entry_use (region, entry_id, kind, at);
grant select, insert on hotline.entry_use to yingshang_app;

-- Counts changes of what the search holds in memory: compared before every search.
create table hotline.mark (
  region text not null,
  name text not null,
  value bigint not null,
  primary key (region, name)
);
grant select, insert, update on hotline.mark to yingshang_app;

-- One supervision per ticket (or unit and day) and trigger.
create table hotline.supervised (
  region text not null,
  id uuid not null,
  trigger_id text not null,
  subject text not null,
  ticket_id uuid,
  unit_id text not null,
  colour text not null,
  slip_id uuid,
  slip_no text not null default '',
  reason text not null,
  at timestamptz not null,
  primary key (region, id),
  unique (region, trigger_id, subject)
);
create index supervised_when on hotline.supervised (region, at);
grant select, insert, update on hotline.supervised to yingshang_app;

-- The same cause again and again: its owner is asked to change the thing itself.
create table hotline.remedy (
  region text not null,
  id uuid not null,
  cause_kind text not null,
  cause_subject text not null,
  owner_unit text not null,
  tickets integer not null,
  task_id uuid,
  opened_at timestamptz not null,
  done_at timestamptz,
  done_by text not null default '',
  measure text not null default '',
  primary key (region, id)
);
create index remedy_cause on hotline.remedy (region, cause_kind, cause_subject, opened_at);
grant select, insert, update on hotline.remedy to yingshang_app;

-- 企业走访: visits to firms; what they ask for becomes tickets that the firm itself strikes off.
create table hotline.visit (
  region text not null,
  id uuid not null,
  uscc text not null,
  enterprise_name text not null,
  unit_id text not null,
  visited_on date not null,
  visitors text not null,
  notes text not null,
  requests jsonb not null default '[]',
  recorded_by uuid,
  recorded_at timestamptz not null,
  primary key (region, id)
);
create index visit_when on hotline.visit (region, visited_on, id);
grant select, insert, update on hotline.visit to yingshang_app;

-- A message that has gone out is not sent again.
create table hotline.message (
  region text not null,
  id uuid not null,
  ticket_id uuid not null,
  title text not null,
  body text not null,
  at timestamptz not null,
  primary key (region, id),
  foreign key (region, ticket_id) references hotline.ticket (region, id)
);
create index message_ticket on hotline.message (region, ticket_id, at);
grant select, insert on hotline.message to yingshang_app;
