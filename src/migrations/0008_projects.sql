-- Construction projects: what one is, under which rules it runs, and where its budget stands.
create schema projects;
grant usage on schema projects to yingshang_app;

create table projects.project (
  region text not null,
  id uuid not null,
  code text not null,
  -- our own number until the national one is given
  provisional boolean not null,
  name text not null,
  theme_id text not null,
  theme_name text not null,
  type_id text not null,
  type_name text not null,
  -- how the type was judged: every rule with its result
  decision jsonb not null,
  account_id uuid not null,
  uscc text,
  -- a firm by its name, a person masked: for lists
  owner_label text not null,
  -- the account is a confirmed representative of the firm
  owner_proven boolean not null,
  -- sealed JSON {name, phone}
  contact text not null,
  town text not null,
  address text not null,
  plot_id text,
  point jsonb,
  polygon jsonb,
  -- sealed JSON of what was answered about the project
  answers text not null,
  -- the stages, budgets, tracks and settings it runs under, frozen
  frame jsonb not null,
  -- units that lead a stage or may have an item: whose officers see it
  units text[] not null,
  state text not null check (state in ('registered', 'running', 'completed', 'abandoned')),
  revision integer not null default 1,
  -- number of its last event
  version integer not null,
  registered_at timestamptz not null,
  first_filed_at timestamptz,
  ended_at timestamptz,
  -- Projection for lists: follows from the cases, the calendar and the day.
  stage_id text,
  stage_name text not null default '',
  budget_days integer not null,
  used_days integer not null default 0,
  left_days integer not null,
  ends_on date,
  breaks_on date,
  breaker jsonb,
  holder_kind text not null default 'none' check (holder_kind in ('unit', 'applicant', 'procedure', 'nonWorking', 'none')),
  holder_unit text,
  holder_ground text not null default '',
  light text not null default 'green' check (light in ('green', 'yellow', 'red', 'paused', 'done')),
  open_alerts integer not null default 0,
  -- the day for which the projection was made; null: to be made anew
  projected_on date,
  primary key (region, id),
  unique (region, code)
);
create index project_ending on projects.project (region, ends_on, id);
create index project_breaking on projects.project (region, breaks_on, id) where state = 'running';
create index project_of_unit on projects.project (region, holder_unit, ends_on, id);
create index project_of_account on projects.project (region, account_id, registered_at desc, id);
create index project_of_firm on projects.project (region, uscc, registered_at desc, id) where owner_proven;
create index project_recent on projects.project (region, registered_at desc, id);
create index project_ended on projects.project (region, type_id, ended_at) where ended_at is not null;
create index project_stale on projects.project (region, projected_on nulls first, id) where state = 'running';
grant select, insert, update on projects.project to yingshang_app;

-- The project's own record. Select and insert only.
create table projects.project_event (
  region text not null,
  project_id uuid not null,
  seq integer not null,
  at timestamptz not null,
  type text not null,
  actor_id uuid,
  actor_name text not null,
  unit_id text,
  body jsonb not null,
  primary key (region, project_id, seq),
  foreign key (region, project_id) references projects.project (region, id)
);
grant select, insert on projects.project_event to yingshang_app;

-- What endangers a budget or stops a clock without right; each is said once and owed an answer.
create table projects.alert (
  region text not null,
  id uuid not null,
  project_id uuid not null,
  -- what it is about, so that the same thing is said once
  key text not null,
  kind text not null check (kind in ('breaker', 'exceeded', 'exclusion')),
  at timestamptz not null,
  unit_id text not null,
  case_id uuid,
  words text not null,
  task_id uuid,
  state text not null check (state in ('open', 'answered', 'passed')),
  answer text not null default '',
  settled_at timestamptz,
  settled_by text not null default '',
  primary key (region, id),
  unique (region, project_id, key),
  foreign key (region, project_id) references projects.project (region, id)
);
create index alert_of_unit on projects.alert (region, unit_id, at desc, id) where state = 'open';
create index alert_recent on projects.alert (region, at desc, id);
grant select, insert, update on projects.alert to yingshang_app;

create table projects.code_counter (
  region text not null,
  year integer not null,
  last integer not null,
  primary key (region, year)
);
grant select, insert, update on projects.code_counter to yingshang_app;
