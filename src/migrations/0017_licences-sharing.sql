-- Use of licences by others: requests with their history, every giving out, cases that relied on one, copies to the city's
-- library, and paper licences that wait for a second person.

-- 用证申请. The present state; the fold over its events.
create table licences.use_request (
  region text not null,
  id uuid not null,
  no text not null,
  licence_id uuid not null,
  unit_id text not null,
  status text not null check (status in ('asked', 'allowed', 'refused', 'withdrawn', 'cancelled')),
  -- the last day on which it may be fetched
  until date not null,
  state jsonb not null,
  events integer not null,
  asked_at timestamptz not null,
  primary key (region, id),
  unique (region, no),
  foreign key (region, licence_id) references licences.licence (region, id)
);
create index use_request_of_licence on licences.use_request (region, licence_id, asked_at desc);
create index use_request_of_unit on licences.use_request (region, unit_id, asked_at desc);
grant select, insert, update on licences.use_request to yingshang_app;

-- The legal record. Select and insert only.
create table licences.use_event (
  region text not null,
  use_id uuid not null,
  seq integer not null,
  at timestamptz not null,
  actor_id uuid,
  actor_name text not null,
  body jsonb not null,
  primary key (region, use_id, seq),
  foreign key (region, use_id) references licences.use_request (region, id)
);
grant select, insert on licences.use_event to yingshang_app;

-- Who took what of whose licence, when and why: what the holder is shown. Select and insert only.
create table licences.access (
  region text not null,
  id uuid not null,
  licence_id uuid not null,
  at timestamptz not null,
  use_id uuid,
  case_id uuid,
  unit_id text,
  actor_id uuid,
  actor_name text not null,
  -- file, fields, answer; copy: the holder's own
  given text not null check (given in ('file', 'fields', 'answer', 'copy')),
  fields jsonb not null default '[]',
  purpose text not null,
  ground text not null,
  basis text not null default '',
  copy_no text,
  copy_sha256 text,
  primary key (region, id),
  foreign key (region, licence_id) references licences.licence (region, id)
);
create index access_of_licence on licences.access (region, licence_id, at desc, id);
create index access_of_use on licences.access (region, use_id, at) where use_id is not null;
grant select, insert on licences.access to yingshang_app;

-- What a case took as proven instead of asking for a paper, in which version. Select and insert only.
create table licences.reliance (
  region text not null,
  case_id uuid not null,
  material text not null,
  licence_id uuid not null,
  identifier text not null,
  version integer not null,
  at timestamptz not null,
  primary key (region, case_id, material),
  foreign key (region, licence_id) references licences.licence (region, id)
);
create index reliance_of_licence on licences.reliance (region, licence_id);
grant select, insert on licences.reliance to yingshang_app;

-- On its way to the city's library: one row for every change of a licence.
create table licences.push (
  region text not null,
  licence_id uuid not null,
  -- number of the licence's events when it was queued
  revision integer not null,
  queued_at timestamptz not null,
  next_at timestamptz not null,
  attempts integer not null default 0,
  last_error text not null default '',
  done_at timestamptz,
  -- the library's receipt: its number, its digest of what it took, when
  receipt jsonb,
  primary key (region, licence_id, revision),
  foreign key (region, licence_id) references licences.licence (region, id)
);
create index push_due on licences.push (region, next_at) where done_at is null;
create index push_done on licences.push (region, done_at desc) where done_at is not null;
grant select, insert, update on licences.push to yingshang_app;

-- Paper licences entered from lists, not yet checked by a second person: not licences of the library until then.
create table licences.paper (
  region text not null,
  id uuid not null,
  batch_id uuid not null,
  row_no integer not null,
  type_id text not null,
  issuer_id text not null,
  number text not null,
  holder_kind text not null check (holder_kind in ('firm', 'person')),
  holder_label text not null,
  -- holder, values and dates, sealed
  sealed text not null,
  issued_on date not null,
  scans jsonb not null default '[]',
  status text not null check (status in ('entered', 'checked', 'rejected')),
  entered_at timestamptz not null,
  entered_by uuid,
  entered_name text not null,
  decided_at timestamptz,
  decided_by uuid,
  decided_name text not null default '',
  decision text not null default '',
  licence_id uuid,
  primary key (region, id),
  foreign key (region, licence_id) references licences.licence (region, id)
);
-- The same paper is entered once, unless it was sent back.
create unique index paper_once on licences.paper (region, type_id, issuer_id, number) where status <> 'rejected';
create index paper_waiting on licences.paper (region, issuer_id, status, entered_at);
grant select, insert, update on licences.paper to yingshang_app;
