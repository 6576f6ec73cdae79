-- Applications (one form, one set of materials) and the cases they become, one per service item.
create schema cases;
grant usage on schema cases to yingshang_app;

create table cases.application (
  region text not null,
  id uuid not null,
  no text not null,
  service_kind text not null check (service_kind in ('item', 'bundle')),
  service_id text not null,
  service_name text not null,
  -- the frozen versions it was started under: bundle and items by id
  versions jsonb not null,
  account_id uuid not null,
  -- the clerk who filed for someone at the window
  filed_by uuid,
  -- masked: for lists
  applicant_label text not null,
  -- sealed JSON of all answers
  answers text not null,
  commitments jsonb not null default '[]',
  -- blind index of the last four digits of the applicant's phone: progress without signing in
  phone_tail text,
  state text not null check (state in ('draft', 'filed')),
  revision integer not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  filed_at timestamptz,
  primary key (region, id),
  unique (region, no)
);
create index application_of on cases.application (region, account_id, updated_at desc);
grant select, insert, update, delete on cases.application to yingshang_app;

create table cases.document (
  region text not null,
  id uuid not null,
  application_id uuid not null,
  material_key text not null,
  sha256 text not null,
  name text not null,
  type text not null,
  size bigint not null,
  uploaded_by uuid,
  uploaded_at timestamptz not null,
  removed_at timestamptz,
  primary key (region, id),
  foreign key (region, application_id) references cases.application (region, id) on delete cascade
);
create index document_of on cases.document (region, application_id, uploaded_at) where removed_at is null;
grant select, insert, update, delete on cases.document to yingshang_app;

-- The present state of a case; the fold over its events, kept for reading.
create table cases.case_file (
  region text not null,
  id uuid not null,
  no text not null,
  application_id uuid not null,
  item_id text not null,
  item_version integer not null,
  item_name text not null,
  unit_id text not null,
  account_id uuid not null,
  applicant_label text not null,
  status text not null,
  filed_at timestamptz,
  accepted_at timestamptz,
  concluded_at timestamptz,
  state jsonb not null,
  -- the tasks that carry its duties: intake, clock, correction, step:<id>, owed:<material>
  tasks jsonb not null default '{}',
  version integer not null,
  primary key (region, id),
  unique (region, no),
  foreign key (region, application_id) references cases.application (region, id)
);
create index case_of_application on cases.case_file (region, application_id);
create index case_of_unit on cases.case_file (region, unit_id, filed_at desc, id);
create index case_recent on cases.case_file (region, filed_at desc, id);
create index case_of_account on cases.case_file (region, account_id, id);
create index case_silent on cases.case_file (region, filed_at) where status = 'filed';
grant select, insert, update on cases.case_file to yingshang_app;

-- The legal record. Select and insert only.
create table cases.event (
  region text not null,
  case_id uuid not null,
  seq integer not null,
  at timestamptz not null,
  type text not null,
  actor_id uuid,
  actor_name text not null,
  unit_id text,
  body jsonb not null,
  primary key (region, case_id, seq),
  foreign key (region, case_id) references cases.case_file (region, id)
);
grant select, insert on cases.event to yingshang_app;

create table cases.rating (
  region text not null,
  case_id uuid not null,
  item_id text not null,
  unit_id text not null,
  account_id uuid not null,
  level integer not null check (level between 1 and 5),
  comment text not null,
  at timestamptz not null,
  primary key (region, case_id),
  foreign key (region, case_id) references cases.case_file (region, id)
);
-- Guides show how an item was rated: counted from the index, without reading the cases.
create index rating_of_item on cases.rating (region, item_id) include (level);
create index rating_recent on cases.rating (region, at desc);
grant select, insert on cases.rating to yingshang_app;

-- What people are told, in the application and through whatever gateway is configured.
create table cases.notice (
  region text not null,
  id uuid not null,
  account_id uuid not null,
  case_id uuid,
  application_id uuid,
  title text not null,
  body text not null,
  at timestamptz not null,
  read_at timestamptz,
  primary key (region, id)
);
create index notice_of on cases.notice (region, account_id, at desc);
grant select, insert, update on cases.notice to yingshang_app;

-- Wrong last digits given with a case number that exists: after ten in a day the number is closed to guessing until tomorrow.
create table cases.tracking_miss (
  region text not null,
  application_id uuid not null,
  day date not null,
  misses integer not null,
  primary key (region, application_id, day),
  foreign key (region, application_id) references cases.application (region, id)
);
grant select, insert, update on cases.tracking_miss to yingshang_app;
