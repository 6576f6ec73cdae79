-- The rooms around a construction project: consultation, gathered notice, commitments, survey, joint acceptance,
-- off-system signs, early pushes, online questions. Whatever is owed in them is a task; here are the facts.

-- Files that a room shows. The content is in the file store under its hash.
create table projects.room_document (
  region text not null,
  id uuid not null,
  project_id uuid not null,
  sha256 text not null,
  name text not null,
  type text not null,
  size bigint not null,
  uploaded_by uuid not null,
  uploader_name text not null,
  uploaded_at timestamptz not null,
  -- the firm may open it too
  shared boolean not null,
  primary key (region, id),
  foreign key (region, project_id) references projects.project (region, id)
);
grant select, insert, update on projects.room_document to yingshang_app;

-- The legal record of every room: each step once, never changed.
create table projects.room_event (
  region text not null,
  id uuid not null,
  room text not null,
  subject_id uuid not null,
  at timestamptz not null,
  step text not null,
  actor_id uuid,
  actor_name text not null,
  unit_id text,
  detail jsonb not null,
  primary key (region, id)
);
create index room_event_of on projects.room_event (region, subject_id, at, id);
grant select, insert on projects.room_event to yingshang_app;

-- Document numbers run through the year, one row a kind.
create table projects.room_number (
  region text not null,
  kind text not null,
  year integer not null,
  last integer not null,
  primary key (region, kind, year)
);
grant select, insert, update on projects.room_number to yingshang_app;

create table projects.consultation (
  region text not null,
  id uuid not null,
  no text not null,
  project_id uuid not null,
  stage text not null,
  convener text not null,
  question text not null,
  status text not null check (status in ('consulting', 'answered', 'closed', 'cancelled')),
  term text not null,
  answer_by date not null,
  answer_due_at timestamptz not null,
  -- what silence counts as, as the setting stood when it was convened
  silence text not null check (silence in ('agree', 'none')),
  meeting_on date,
  documents jsonb not null,
  convened_at timestamptz not null,
  minutes jsonb,
  minutes_task uuid,
  primary key (region, id),
  unique (region, no),
  foreign key (region, project_id) references projects.project (region, id)
);
create index consultation_of on projects.consultation (region, project_id, convened_at desc);
create index consultation_convener on projects.consultation (region, convener, convened_at desc);
create index consultation_due on projects.consultation (region, answer_due_at) where status = 'consulting';
grant select, insert, update on projects.consultation to yingshang_app;

create table projects.consultation_position (
  region text not null,
  consultation_id uuid not null,
  unit_id text not null,
  opinion text check (opinion in ('agree', 'disagree', 'conditions')),
  note text not null default '',
  conditions jsonb not null default '[]',
  answered_at timestamptz,
  answered_by text not null default '',
  silent_at timestamptz,
  late jsonb,
  task_id uuid not null,
  primary key (region, consultation_id, unit_id),
  foreign key (region, consultation_id) references projects.consultation (region, id)
);
create index consultation_position_unit on projects.consultation_position (region, unit_id, consultation_id);
grant select, insert, update on projects.consultation_position to yingshang_app;

-- One notice for one application of a stage, whoever asks.
create table projects.gathered_notice (
  region text not null,
  application_id uuid not null,
  project_id uuid not null,
  stage text not null,
  convener text not null,
  status text not null check (status in ('gathering', 'sent')),
  notice_no text not null default '',
  send_by date not null,
  sent_at timestamptz,
  answer_by date,
  task_id uuid not null,
  primary key (region, application_id),
  foreign key (region, project_id) references projects.project (region, id)
);
create index gathered_notice_of on projects.gathered_notice (region, project_id);
grant select, insert, update on projects.gathered_notice to yingshang_app;

create table projects.gathered_question (
  region text not null,
  id uuid not null,
  application_id uuid not null,
  case_id uuid not null,
  item_name text not null,
  unit_id text not null,
  defects jsonb not null,
  asked_by text not null,
  at timestamptz not null,
  state text not null check (state in ('gathered', 'sent', 'tooLate', 'over')),
  primary key (region, id),
  foreign key (region, application_id) references projects.gathered_notice (region, application_id)
);
create index gathered_question_of on projects.gathered_question (region, application_id, at);
grant select, insert, update on projects.gathered_question to yingshang_app;

create table projects.commitment (
  region text not null,
  id uuid not null,
  kind text not null check (kind in ('commitment', 'provisional', 'gas')),
  project_id uuid not null,
  case_id uuid,
  case_no text not null default '',
  item_id text not null,
  item_name text not null,
  unit_id text not null,
  account_id uuid not null,
  uscc text not null,
  firm_name text not null,
  promise text not null,
  figures jsonb not null default '[]',
  filing_no text not null default '',
  promised_at timestamptz not null,
  status text not null check (status in ('promised', 'correcting', 'reported', 'uncorrected', 'kept', 'revoked', 'ended')),
  inspection jsonb,
  correct_by date,
  correct_due_at timestamptz,
  correction jsonb,
  revocation jsonb,
  documents jsonb not null default '[]',
  -- the duty that runs now: the unit's, or the firm's while it corrects
  task_id uuid,
  -- when the job last asked whether owed materials came
  looked_at timestamptz,
  primary key (region, id),
  foreign key (region, project_id) references projects.project (region, id)
);
create unique index commitment_case on projects.commitment (region, case_id, kind) where case_id is not null;
create unique index commitment_gas on projects.commitment (region, project_id) where kind = 'gas' and status <> 'ended';
create index commitment_of on projects.commitment (region, project_id, promised_at);
create index commitment_unit on projects.commitment (region, unit_id, promised_at desc, id);
create index commitment_recent on projects.commitment (region, promised_at desc, id);
create index commitment_due on projects.commitment (region, correct_due_at) where status = 'correcting';
create index commitment_provisional on projects.commitment (region, looked_at nulls first) where kind = 'provisional' and status in ('promised', 'uncorrected');
grant select, insert, update on projects.commitment to yingshang_app;

-- A broken promise bars the firm from promising again until it is repaired.
create table projects.commitment_breach (
  region text not null,
  id uuid not null,
  commitment_id uuid not null,
  uscc text not null,
  firm_name text not null,
  unit_id text not null,
  item_name text not null,
  document_no text not null,
  reason text not null,
  at timestamptz not null,
  repaired_at timestamptz,
  repair_reason text not null default '',
  repair_documents jsonb not null default '[]',
  repaired_by text not null default '',
  primary key (region, id),
  unique (region, commitment_id),
  foreign key (region, commitment_id) references projects.commitment (region, id)
);
create index commitment_breach_firm on projects.commitment_breach (region, uscc) where repaired_at is null;
create index commitment_breach_recent on projects.commitment_breach (region, at desc, id);
grant select, insert, update on projects.commitment_breach to yingshang_app;

create table projects.survey (
  region text not null,
  id uuid not null,
  project_id uuid not null,
  account_id uuid not null,
  status text not null check (status in ('commissioned', 'reviewing', 'returned', 'approved', 'cancelled')),
  surveyor jsonb not null,
  note text not null,
  commissioned_at timestamptz not null,
  reviewer text not null,
  review jsonb,
  task_id uuid,
  primary key (region, id),
  foreign key (region, project_id) references projects.project (region, id)
);
create unique index survey_of on projects.survey (region, project_id) where status <> 'cancelled';
grant select, insert, update on projects.survey to yingshang_app;

create table projects.survey_result (
  region text not null,
  survey_id uuid not null,
  kind text not null check (kind in ('planning', 'completion', 'property')),
  surveyed_on date not null,
  delivered_at timestamptz not null,
  figures jsonb not null,
  documents jsonb not null,
  version integer not null,
  primary key (region, survey_id, kind),
  foreign key (region, survey_id) references projects.survey (region, id)
);
grant select, insert, update on projects.survey_result to yingshang_app;

create table projects.survey_use (
  region text not null,
  survey_id uuid not null,
  used_by text not null,
  at timestamptz not null,
  primary key (region, survey_id, used_by),
  foreign key (region, survey_id) references projects.survey (region, id)
);
grant select, insert on projects.survey_use to yingshang_app;

create table projects.acceptance (
  region text not null,
  id uuid not null,
  no text not null,
  project_id uuid not null,
  account_id uuid not null,
  survey_id uuid not null,
  scope text not null,
  note text not null,
  status text not null check (status in ('applied', 'scheduled', 'rectifying', 'rechecking', 'signing', 'passed', 'failed', 'withdrawn')),
  lead text not null,
  applied_at timestamptz not null,
  ready_on date not null,
  visit jsonb,
  left_out jsonb not null default '[]',
  rectification jsonb,
  opinion jsonb,
  -- what the lead owes now: the date, the conclusion of the visit, the opinion
  task_id uuid,
  primary key (region, id),
  unique (region, no),
  foreign key (region, project_id) references projects.project (region, id),
  foreign key (region, survey_id) references projects.survey (region, id)
);
-- One application at a time; after it there may be another: the next part of the works, or a second try.
create unique index acceptance_running on projects.acceptance (region, project_id)
  where status in ('applied', 'scheduled', 'rectifying', 'rechecking', 'signing');
create index acceptance_of on projects.acceptance (region, project_id, applied_at desc);
create index acceptance_recent on projects.acceptance (region, applied_at desc, id);
grant select, insert, update on projects.acceptance to yingshang_app;

create table projects.acceptance_department (
  region text not null,
  acceptance_id uuid not null,
  unit_id text not null,
  matter text not null,
  place integer not null,
  result text check (result in ('pass', 'fail', 'notApplicable')),
  note text not null default '',
  inspected_at timestamptz,
  inspected_by text not null default '',
  recheck jsonb,
  signature jsonb,
  task_id uuid,
  primary key (region, acceptance_id, unit_id),
  foreign key (region, acceptance_id) references projects.acceptance (region, id)
);
create index acceptance_department_unit on projects.acceptance_department (region, unit_id, acceptance_id);
grant select, insert, update, delete on projects.acceptance_department to yingshang_app;

create table projects.acceptance_finding (
  region text not null,
  id uuid not null,
  acceptance_id uuid not null,
  unit_id text not null,
  place text not null,
  words text not null,
  photos jsonb not null,
  rectified jsonb,
  resolved boolean,
  primary key (region, id),
  foreign key (region, acceptance_id) references projects.acceptance (region, id)
);
create index acceptance_finding_of on projects.acceptance_finding (region, acceptance_id, id);
grant select, insert, update, delete on projects.acceptance_finding to yingshang_app;

create table projects.off_system_alert (
  region text not null,
  id uuid not null,
  -- the sign and what it is about: the same sign is raised once
  sign_key text not null,
  sign text not null,
  status text not null check (status in ('open', 'dismissed', 'confirmed')),
  project_id uuid not null,
  case_id uuid,
  case_no text not null,
  item_name text not null,
  unit_id text not null,
  words text not null,
  evidence jsonb not null,
  basis text not null,
  raised_at timestamptz not null,
  decided_at timestamptz,
  decided_by text not null default '',
  reason text not null default '',
  explanation jsonb,
  -- what runs now: the supervising office's look, then the unit's explanation
  task_id uuid not null,
  primary key (region, id),
  unique (region, sign_key),
  foreign key (region, project_id) references projects.project (region, id)
);
create index off_system_alert_recent on projects.off_system_alert (region, raised_at desc, id);
create index off_system_alert_unit on projects.off_system_alert (region, unit_id, decided_at desc, id) where status = 'confirmed';
create index off_system_alert_open on projects.off_system_alert (region, raised_at) where status = 'open';
grant select, insert, update on projects.off_system_alert to yingshang_app;

create table projects.off_system_case (
  region text not null,
  id uuid not null,
  project_id uuid not null,
  item_id text not null,
  item_name text not null,
  unit_id text not null,
  received_on date not null,
  ended_on date not null,
  result_no text not null,
  why text not null,
  documents jsonb not null,
  registered_at timestamptz not null,
  registered_by text not null,
  primary key (region, id),
  foreign key (region, project_id) references projects.project (region, id)
);
create index off_system_case_of on projects.off_system_case (region, project_id, registered_at);
grant select, insert on projects.off_system_case to yingshang_app;

create table projects.early_push (
  region text not null,
  id uuid not null,
  project_id uuid not null,
  cause text not null,
  cause_words text not null,
  unit_id text not null,
  asks text not null,
  pushed_at timestamptz not null,
  receipt jsonb,
  task_id uuid not null,
  primary key (region, id),
  unique (region, project_id, cause, unit_id),
  foreign key (region, project_id) references projects.project (region, id)
);
create index early_push_unit on projects.early_push (region, unit_id, pushed_at desc, id);
create index early_push_recent on projects.early_push (region, pushed_at desc, id);
grant select, insert, update on projects.early_push to yingshang_app;

create table projects.question (
  region text not null,
  id uuid not null,
  no text not null,
  project_id uuid,
  item_id text not null,
  item_name text not null,
  unit_id text not null,
  account_id uuid not null,
  -- sealed: a question may name people
  subject text not null,
  body text not null,
  status text not null check (status in ('asked', 'answered', 'withdrawn')),
  asked_at timestamptz not null,
  answer text,
  answered_at timestamptz,
  answered_by text not null default '',
  -- without names: public
  published jsonb,
  published_at timestamptz,
  task_id uuid not null,
  primary key (region, id),
  unique (region, no),
  foreign key (region, project_id) references projects.project (region, id)
);
create index question_own on projects.question (region, account_id, asked_at desc);
create index question_unit on projects.question (region, unit_id, asked_at desc, id);
create index question_recent on projects.question (region, asked_at desc, id);
create index question_published on projects.question (region, published_at desc, id) where published_at is not null;
grant select, insert, update on projects.question to yingshang_app;
