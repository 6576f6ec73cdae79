-- 土地要素: regional assessments reused by many projects, standard plots under promise, per-mu performance, idle land.
create schema land;
grant usage on schema land to yingshang_app;

-- Papers that results, agreements and commitments refer to.
create table land.document (
  region text not null,
  id uuid not null,
  sha256 text not null,
  name text not null,
  type text not null,
  size bigint not null,
  unit_id text,
  uploaded_by uuid,
  uploaded_at timestamptz not null,
  primary key (region, id)
);
grant select, insert on land.document to yingshang_app;

create table land.assessment (
  region text not null,
  id uuid not null,
  kind text not null,
  title text not null,
  area_name text not null,
  issuer text not null,
  document_no text not null,
  valid_from date not null,
  valid_until date not null,
  -- rings of [longitude, latitude], the outer one first
  area jsonb not null,
  area_mu numeric(12, 2) not null,
  excluded_uses jsonb not null default '[]',
  exceptions jsonb not null default '[]',
  conditions text not null default '',
  document_id uuid,
  unit_id text not null,
  state text not null check (state in ('draft', 'published', 'superseded')),
  -- the published result that this draft replaces
  replaces uuid,
  drafted_by uuid,
  drafted_name text not null,
  drafted_at timestamptz not null,
  published_by uuid,
  published_name text,
  published_at timestamptz,
  superseded_at timestamptz,
  -- the task that reminds its unit to renew
  task_id uuid,
  revision integer not null default 1,
  primary key (region, id),
  foreign key (region, document_id) references land.document (region, id),
  foreign key (region, replaces) references land.assessment (region, id)
);
create index assessment_state on land.assessment (region, state, kind, valid_until);
grant select, insert, update, delete on land.assessment to yingshang_app;

-- 一评多用: every project or plot that relies on a result, counted once.
create table land.assessment_reuse (
  region text not null,
  assessment_id uuid not null,
  subject_type text not null,
  subject_id text not null,
  subject_no text not null,
  subject_name text not null,
  at timestamptz not null,
  recorded_by text not null,
  primary key (region, assessment_id, subject_type, subject_id),
  foreign key (region, assessment_id) references land.assessment (region, id)
);
create index assessment_reuse_recent on land.assessment_reuse (region, assessment_id, at desc);
grant select, insert on land.assessment_reuse to yingshang_app;

-- The present state of a standard plot; the fold over its events, kept for reading.
create table land.plot (
  region text not null,
  id uuid not null,
  no text not null,
  name text not null,
  unit_id text not null,
  town text not null,
  land_use text not null,
  area_mu numeric(12, 2) not null,
  status text not null check (status in ('standard-set', 'granted', 'promised', 'built', 'accepted')),
  -- offered and not yet awarded: what the public list shows first
  on_offer boolean not null,
  -- the winner, once there is one
  uscc text,
  open_breaches integer not null,
  concluded boolean not null,
  state jsonb not null,
  -- the tasks that carry its duties: completion, production, breach:<id>
  tasks jsonb not null default '{}',
  version integer not null,
  updated_at timestamptz not null,
  primary key (region, id),
  unique (region, no)
);
create index plot_status on land.plot (region, status, no);
create index plot_of_firm on land.plot (region, uscc) where uscc is not null;
grant select, insert, update on land.plot to yingshang_app;

-- The legal record. Select and insert only.
create table land.plot_event (
  region text not null,
  plot_id uuid not null,
  seq integer not null,
  at timestamptz not null,
  type text not null,
  actor_id uuid,
  actor_name text not null,
  unit_id text,
  body jsonb not null,
  primary key (region, plot_id, seq),
  foreign key (region, plot_id) references land.plot (region, id)
);
grant select, insert on land.plot_event to yingshang_app;

-- What a firm declared for a year; null in `figures` is not known, never nought.
create table land.figure (
  region text not null,
  year integer not null,
  uscc text not null,
  enterprise_name text not null,
  figures jsonb not null,
  exemption text,
  last_grade text,
  state text not null check (state in ('declared', 'returned', 'checked')),
  declared_by_firm boolean not null,
  declared_name text not null,
  declared_at timestamptz not null,
  checked_name text,
  checked_at timestamptz,
  remark text not null default '',
  task_id uuid,
  revision integer not null default 1,
  primary key (region, year, uscc)
);
create index figure_of_firm on land.figure (region, uscc, year desc);
grant select, insert, update on land.figure to yingshang_app;

-- A published ranking is never changed: after an objection there is a next version.
create table land.ranking (
  region text not null,
  id uuid not null,
  year integer not null,
  version integer not null,
  rules jsonb not null,
  benchmarks jsonb not null,
  ranked integer not null,
  published_at timestamptz not null,
  published_name text not null,
  object_until date not null,
  reason text not null,
  primary key (region, id),
  unique (region, year, version)
);
grant select, insert on land.ranking to yingshang_app;

create table land.grade (
  region text not null,
  ranking_id uuid not null,
  uscc text not null,
  enterprise_name text not null,
  place integer,
  score numeric(8, 2),
  grade text,
  components jsonb not null,
  why text not null,
  primary key (region, ranking_id, uscc),
  foreign key (region, ranking_id) references land.ranking (region, id)
);
create index grade_place on land.grade (region, ranking_id, place, uscc);
grant select, insert on land.grade to yingshang_app;

create table land.objection (
  region text not null,
  id uuid not null,
  ranking_id uuid not null,
  uscc text not null,
  enterprise_name text not null,
  account_id uuid,
  grounds text not null,
  filed_at timestamptz not null,
  task_id uuid,
  outcome text check (outcome in ('upheld', 'rejected')),
  decision text,
  decided_at timestamptz,
  decided_name text,
  primary key (region, id),
  foreign key (region, ranking_id) references land.ranking (region, id)
);
create unique index objection_open on land.objection (region, ranking_id, uscc) where outcome is null;
create index objection_recent on land.objection (region, filed_at desc);
grant select, insert, update on land.objection to yingshang_app;

-- 批而未供、闲置土地: one line a plot, its measures in order.
create table land.idle_land (
  region text not null,
  id uuid not null,
  kind text not null check (kind in ('unsupplied', 'idle')),
  name text not null,
  location text not null,
  area_mu numeric(12, 2) not null,
  since date not null,
  cause text not null,
  unit_id text not null,
  measures jsonb not null default '[]',
  closed_at timestamptz,
  outcome text,
  task_id uuid,
  version integer not null default 1,
  primary key (region, id)
);
create index idle_land_open on land.idle_land (region, unit_id, since) where closed_at is null;
grant select, insert, update on land.idle_land to yingshang_app;
