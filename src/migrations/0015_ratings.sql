-- 好差评: whatever was done for somebody may be rated once; bad ratings are answered, put right, re-visited and published.
create schema ratings;
grant usage on schema ratings to yingshang_app;

-- The present state of a subject; the fold over its events, kept for reading.
create table ratings.subject (
  region text not null,
  id uuid not null,
  -- the rating's own number: what the unit reads instead of the case's, so that nobody looks up who it was
  no text not null,
  kind text not null check (kind in ('case', 'ticket', 'visit')),
  subject_id uuid not null,
  -- 办件编号, 工单号: shown to who deals with it and to the supervising office only
  subject_no text not null,
  -- unguessable: opens the rating page without signing in
  code text not null,
  unit_id text not null,
  item_id text not null,
  item_name text not null,
  window_name text not null,
  officer_id uuid,
  holder_account uuid,
  -- sealed telephone number of somebody without an account
  contact text,
  -- masked name
  holder_label text not null,
  finished_at timestamptz not null,
  status text not null,
  level integer check (level between 1 and 5),
  -- given and not removed: what figures count
  counted boolean not null,
  anonymous boolean not null,
  channel text,
  rated_at timestamptz,
  handler_id uuid,
  rectified boolean not null,
  appealing boolean not null,
  published_at timestamptz,
  state jsonb not null,
  -- the tasks that carry its duties: contact, handling, rectification, revisit, reopened, publication, appeal
  tasks jsonb not null default '{}',
  version integer not null,
  updated_at timestamptz not null,
  primary key (region, id),
  unique (region, kind, subject_id),
  unique (region, no),
  unique (region, code)
);
-- Guides show how an item was rated: counted from the index, without reading the rows.
create index subject_of_item on ratings.subject (region, counted, item_id) include (level);
create index subject_rated on ratings.subject (region, rated_at desc, id) where rated_at is not null;
create index subject_of_unit on ratings.subject (region, unit_id, rated_at desc, id);
create index subject_finished on ratings.subject (region, finished_at);
create index subject_of_holder on ratings.subject (region, holder_account, finished_at desc) where holder_account is not null;
create index subject_published on ratings.subject (region, item_id, published_at desc, id) where published_at is not null;
grant select, insert, update on ratings.subject to yingshang_app;

-- The legal record. Select and insert only. Nothing in it says who rated.
create table ratings.event (
  region text not null,
  subject_id uuid not null,
  seq integer not null,
  at timestamptz not null,
  type text not null,
  actor_id uuid,
  actor_name text not null,
  unit_id text,
  body jsonb not null,
  primary key (region, subject_id, seq),
  foreign key (region, subject_id) references ratings.subject (region, id)
);
grant select, insert on ratings.event to yingshang_app;

-- Evidence of an appeal.
create table ratings.document (
  region text not null,
  id uuid not null,
  subject_id uuid not null,
  sha256 text not null,
  name text not null,
  type text not null,
  size bigint not null,
  uploaded_by uuid,
  uploaded_at timestamptz not null,
  primary key (region, id),
  foreign key (region, subject_id) references ratings.subject (region, id)
);
grant select, insert on ratings.document to yingshang_app;

-- What was rated before this room had walls of its own. Those ratings began no clock then and begin none now.
with earlier as (
  select r.region, r.case_id, r.item_id, r.unit_id, r.level, r.comment, r.at, c.no as subject_no, c.item_name, c.applicant_label,
    coalesce(c.concluded_at, r.at) as finished_at, c.state->'outcome' as outcome,
    case when a.filed_by is null then r.account_id end as holder_account
  from cases.rating r
  join cases.case_file c on c.region = r.region and c.id = r.case_id
  join cases.application a on a.region = c.region and a.id = c.application_id
), told as (
  select e.*, gen_random_uuid() as id,
    jsonb_build_object('kind', 'case', 'unitId', unit_id, 'itemId', item_id, 'itemName', item_name, 'windowName', '', 'officerId', null,
      'officerName', '', 'finishedAt', to_char(finished_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'served', 'online',
      'reachable', holder_account is not null) as facts,
    jsonb_build_object('at', to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'level', level, 'reasons', '[]'::jsonb,
      'words', comment, 'anonymous', false, 'channel', 'web') as rating
  from earlier e
), stored as (
  insert into ratings.subject (region, id, no, kind, subject_id, subject_no, code, unit_id, item_id, item_name, window_name, officer_id,
    holder_account, contact, holder_label, finished_at, status, level, counted, anonymous, channel, rated_at, handler_id, rectified, appealing,
    published_at, state, tasks, version, updated_at)
  select region, id, 'P' || to_char(at, 'YYYYMMDD') || '-' || upper(substr(replace(id::text, '-', ''), 1, 10)), 'case', case_id, subject_no,
    replace(gen_random_uuid()::text, '-', ''), unit_id, item_id, item_name, '', null, holder_account, null, applicant_label, finished_at, 'rated',
    level, true, false, 'web', at, null, false, false, null,
    facts || jsonb_build_object('status', 'rated', 'rating', rating, 'followUp', null, 'handlerId', null, 'handlerName', '', 'contact', null,
      'plan', null, 'reports', '[]'::jsonb, 'revisits', '[]'::jsonb, 'direction', null, 'appeal', null, 'publication', null, 'withheld', null,
      'outcome', null, 'closedAt', null),
    '{}', 2, at
  from told
)
insert into ratings.event (region, subject_id, seq, at, type, actor_id, actor_name, unit_id, body)
select region, id, 1, finished_at, 'opened', null::uuid, '系统', null::text,
  jsonb_build_object('type', 'opened', 'at', facts->>'finishedAt', 'facts', facts) from told
union all
select region, id, 2, at, 'rated', null::uuid, '评价人', null::text,
  jsonb_build_object('type', 'rated', 'at', rating->>'at', 'rating', rating, 'duty', false) from told;
