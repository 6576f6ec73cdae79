-- 台账·考核: plan documents and what was read in them, the ledger of measures, targets with their readings, reports,
-- quotas, appraisals.
create schema plans;
grant usage on schema plans to yingshang_app;

-- A plan of one year. Its measures are the ledger.
create table plans.plan (
  region text not null,
  id uuid not null,
  year integer not null,
  version integer not null,
  title text not null,
  issuer text not null,
  document_no text not null,
  issued_on date,
  starts_on date not null,
  ends_on date not null,
  state text not null check (state in ('current', 'superseded')),
  -- areas with sponsors and leads, as confirmed
  areas jsonb not null,
  settings jsonb not null,
  source text not null,
  previous_id uuid,
  created_at timestamptz not null,
  created_by uuid,
  primary key (region, id),
  unique (region, year, version)
);
create unique index plan_current on plans.plan (region, year) where state = 'current';
grant select, insert, update on plans.plan to yingshang_app;

-- A document read in, under review until its rows enter a ledger.
create table plans.document (
  region text not null,
  id uuid not null,
  name text not null,
  sha256 text not null,
  text text not null,
  head jsonb not null,
  areas jsonb not null,
  warnings jsonb not null,
  state text not null check (state in ('review', 'entered', 'dropped')),
  plan_id uuid,
  read_at timestamptz not null,
  read_by uuid,
  reader_name text not null,
  primary key (region, id)
);
create index document_recent on plans.document (region, read_at desc, id);
grant select, insert, update on plans.document to yingshang_app;

create table plans.row (
  region text not null,
  id uuid not null,
  document_id uuid not null,
  position numeric not null,
  kind text not null check (kind in ('measure', 'subItem')),
  -- what is proposed, with spans in the text and confidences
  body jsonb not null,
  -- names resolved to units of the directory; what could not be is named in body.flags
  confidence real not null,
  state text not null check (state in ('proposed', 'confirmed', 'dropped')),
  version integer not null default 1,
  changed_by text not null default '',
  changed_at timestamptz not null,
  primary key (region, id),
  foreign key (region, document_id) references plans.document (region, id)
);
create index row_of_document on plans.row (region, document_id, position);
grant select, insert, update on plans.row to yingshang_app;

create table plans.measure (
  region text not null,
  id uuid not null,
  plan_id uuid not null,
  kind text not null check (kind in ('measure', 'subItem')),
  -- 6, or 一(2)
  no text not null,
  position integer not null,
  title text not null,
  summary text not null,
  -- null outside the numbered areas
  area integer,
  leads text[] not null,
  implied_lead boolean not null,
  supporters text[] not null,
  -- as written: 各镇、各部门
  collectives text[] not null,
  sponsors text[] not null,
  starts_on date not null,
  deadline date not null,
  original_deadline date not null,
  progress integer not null check (progress between 0 and 100),
  milestones jsonb not null,
  suspended_at timestamptz,
  written_off_on date,
  light text not null,
  light_why text not null,
  version integer not null,
  primary key (region, id),
  unique (region, plan_id, kind, no),
  foreign key (region, plan_id) references plans.plan (region, id)
);
create index measure_list on plans.measure (region, plan_id, position);
create index measure_leads on plans.measure using gin (leads);
create index measure_supporters on plans.measure using gin (supporters);
grant select, insert, update on plans.measure to yingshang_app;

-- What was done to a measure: reports accepted, dates moved, problems, write-off. Select and insert only.
create table plans.measure_event (
  region text not null,
  measure_id uuid not null,
  seq integer not null,
  at timestamptz not null,
  type text not null,
  actor_id uuid,
  actor_name text not null,
  unit_id text,
  body jsonb not null,
  primary key (region, measure_id, seq),
  foreign key (region, measure_id) references plans.measure (region, id)
);
grant select, insert on plans.measure_event to yingshang_app;

create table plans.target (
  region text not null,
  id uuid not null,
  measure_id uuid not null,
  position integer not null,
  subject text not null,
  comparator text not null,
  value numeric,
  unit text not null,
  -- computed: a formula of the registry with its parameters; reported: a number with evidence
  how text not null check (how in ('computed', 'reported')),
  formula text,
  params jsonb not null,
  -- for a target against another figure
  other_formula text,
  other_params jsonb not null,
  baseline numeric,
  baseline_source text not null,
  starts_on date not null,
  ends_on date not null,
  note text not null,
  primary key (region, id),
  foreign key (region, measure_id) references plans.measure (region, id)
);
create index target_of_measure on plans.target (region, measure_id, position);
grant select, insert, update on plans.target to yingshang_app;

-- One figure of one target up to one day. A reported one counts once somebody else has accepted it.
create table plans.reading (
  region text not null,
  id uuid not null,
  target_id uuid not null,
  on_day date not null,
  how text not null check (how in ('computed', 'reported')),
  value numeric,
  other_value numeric,
  numerator numeric,
  denominator numeric,
  excluded jsonb not null,
  note text not null,
  evidence jsonb not null,
  state text not null check (state in ('submitted', 'accepted', 'returned')),
  at timestamptz not null,
  by_account uuid,
  by_name text not null,
  unit_id text,
  decided_at timestamptz,
  decided_by uuid,
  decider_name text,
  decision text,
  primary key (region, id),
  foreign key (region, target_id) references plans.target (region, id)
);
create index reading_of_target on plans.reading (region, target_id, on_day desc, at desc);
create unique index reading_computed on plans.reading (region, target_id, on_day) where how = 'computed';
grant select, insert, update on plans.reading to yingshang_app;

-- 进展报送: what a unit says of a measure, in a round or between rounds.
create table plans.report (
  region text not null,
  id uuid not null,
  measure_id uuid not null,
  unit_id text not null,
  round text not null,
  progress integer not null check (progress between 0 and 100),
  done text not null,
  problems text not null,
  next_steps text not null,
  evidence jsonb not null,
  state text not null check (state in ('submitted', 'accepted', 'returned')),
  submitted_at timestamptz not null,
  submitted_by uuid,
  submitter_name text not null,
  decided_at timestamptz,
  decided_by uuid,
  decider_name text,
  decision text,
  primary key (region, id),
  foreign key (region, measure_id) references plans.measure (region, id)
);
create index report_of_measure on plans.report (region, measure_id, submitted_at desc);
create index report_waiting on plans.report (region, submitted_at, id) where state = 'submitted';
create index report_of_unit on plans.report (region, unit_id, submitted_at desc);
grant select, insert, update on plans.report to yingshang_app;

-- A round of reporting opens one task per unit that leads a measure; the key keeps it from opening twice.
create table plans.round (
  region text not null,
  plan_id uuid not null,
  name text not null,
  unit_id text not null,
  due_on date not null,
  task_id uuid not null,
  reported_at timestamptz,
  primary key (region, plan_id, name, unit_id),
  foreign key (region, plan_id) references plans.plan (region, id)
);
grant select, insert, update on plans.round to yingshang_app;

-- 信息报送、坐窗口、企业走访: what counts towards a quota.
create table plans.submission (
  region text not null,
  id uuid not null,
  plan_id uuid not null,
  unit_id text not null,
  kind text not null,
  -- one thing sent to two channels has one subject
  subject text not null,
  channel text not null,
  occurred_on date not null,
  submitted_at timestamptz not null,
  submitted_by uuid,
  submitter_name text not null,
  note text not null,
  evidence jsonb not null,
  state text not null check (state in ('submitted', 'accepted', 'refused')),
  decided_at timestamptz,
  decided_by uuid,
  decider_name text,
  decision text,
  primary key (region, id),
  foreign key (region, plan_id) references plans.plan (region, id)
);
create index submission_counting on plans.submission (region, plan_id, occurred_on, unit_id);
create index submission_waiting on plans.submission (region, submitted_at, id) where state = 'submitted';
grant select, insert, update on plans.submission to yingshang_app;

create table plans.appraisal (
  region text not null,
  id uuid not null,
  plan_id uuid not null,
  period text not null,
  scheme jsonb not null,
  state text not null check (state in ('open', 'frozen', 'signed')),
  appeals_until date,
  -- what was frozen: the table and its SM3 digest
  table_frozen jsonb,
  digest text,
  frozen_at timestamptz,
  frozen_by uuid,
  freezer_name text,
  signed_at timestamptz,
  signed_by uuid,
  signer_name text,
  created_at timestamptz not null,
  primary key (region, id),
  unique (region, period),
  foreign key (region, plan_id) references plans.plan (region, id)
);
grant select, insert, update on plans.appraisal to yingshang_app;

create table plans.appeal (
  region text not null,
  id uuid not null,
  appraisal_id uuid not null,
  unit_id text not null,
  -- the fact or measure the entry points to
  evidence text not null,
  reason text not null,
  documents jsonb not null,
  state text not null check (state in ('submitted', 'upheld', 'rejected')),
  task_id uuid not null,
  submitted_at timestamptz not null,
  submitted_by uuid,
  submitter_name text not null,
  decided_at timestamptz,
  decided_by uuid,
  decider_name text,
  decision text,
  primary key (region, id),
  unique (region, appraisal_id, unit_id, evidence),
  foreign key (region, appraisal_id) references plans.appraisal (region, id)
);
grant select, insert, update on plans.appeal to yingshang_app;
