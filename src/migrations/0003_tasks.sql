-- Whatever is owed by someone by a date: tasks, their history, escalation, supervision, and the working-day calendar.
create schema tasks;
grant usage on schema tasks to yingshang_app;

-- The current row of a task. Everything below `ledger` down to `next_rung_at` is a projection of (start, term, ledger,
-- calendar, settings of the kind): derived, kept only for sorting, re-projected when a calendar notice is confirmed.
-- Three moments in order stopped_until <= yellow_at <= due_at make the light a comparison with now:
--   red: due_at < now; else yellow: yellow_at <= now; else paused: stopped_until > now; else green.
create table tasks.task (
  region text not null,
  id uuid not null,
  kind text not null,
  title text not null,
  subject_type text not null,
  subject_id text not null,
  subject_no text not null,
  link text not null,
  unit_id text,
  account_id uuid,
  start_at timestamptz not null,
  promised_term text not null,
  statutory_term text,
  basis jsonb not null,
  yellow jsonb,
  ledger jsonb not null,
  due_on date not null,
  due_at timestamptz not null,
  statutory_due_on date,
  statutory_due_at timestamptz,
  yellow_at timestamptz not null,
  stopped_until timestamptz,
  provisional boolean not null,
  calendar_version text not null,
  fired_rungs jsonb not null,
  next_rung_at timestamptz,
  state text not null check (state in ('open', 'paused', 'finished')),
  opened_at timestamptz not null,
  finished_at timestamptz,
  outcome text,
  outcome_reason text,
  finished_by uuid,
  version integer not null,
  primary key (region, id),
  check (unit_id is not null or account_id is not null),
  check ((state = 'finished') = (finished_at is not null)),
  check (yellow_at <= due_at),
  check (stopped_until is null or stopped_until <= yellow_at)
);
-- The queues: a county has millions of finished tasks and some ten thousand open ones; these indexes hold the open ones.
create index task_queue on tasks.task (region, unit_id, due_at, id) where state <> 'finished';
create index task_queue_all on tasks.task (region, due_at, id) where state <> 'finished';
create index task_yellow on tasks.task (region, unit_id, yellow_at) where state <> 'finished';
create index task_stopped on tasks.task (region, stopped_until) where state <> 'finished' and stopped_until is not null;
create index task_own on tasks.task (region, account_id, due_at, id) where state <> 'finished' and account_id is not null;
create index task_rung on tasks.task (region, next_rung_at, id) where state <> 'finished' and next_rung_at is not null;
create index task_calendar on tasks.task (region, calendar_version, id) where state <> 'finished';
create index task_subject on tasks.task (region, subject_type, subject_id);
create index task_done on tasks.task (region, unit_id, finished_at desc, id) where state = 'finished';
create index task_done_all on tasks.task (region, finished_at desc, id) where state = 'finished';
grant select, insert, update on tasks.task to yingshang_app;

-- The legal record: folding the events of a task gives its row.
create table tasks.event (
  region text not null,
  task_id uuid not null,
  seq integer not null,
  type text not null,
  at timestamptz not null,
  actor_id uuid,
  actor_name text not null,
  payload jsonb not null,
  primary key (region, task_id, seq)
);
grant select, insert on tasks.event to yingshang_app;

-- A rung of the ladder fires once: the key is the claim.
create table tasks.escalation (
  region text not null,
  task_id uuid not null,
  rung text not null,
  unit_id text,
  at timestamptz not null,
  due_at timestamptz not null,
  primary key (region, task_id, rung)
);
create index escalation_recent on tasks.escalation (region, at desc, task_id);
grant select, insert on tasks.escalation to yingshang_app;

-- Counts by light without counting tasks: signed numbers per unit, kind, mark and day, appended by a trigger so that no
-- two transactions wait for one counter, folded by a job. A light is a threshold on a day: every task due before today
-- is red, so a count is a sum over days; only the marks of the current day are looked up one by one, through an index.
-- Days here are UTC days: buckets, not calendar days.
create table tasks.tally (
  region text not null,
  unit_id text not null,
  kind text not null,
  mark text not null check (mark in ('due', 'yellow', 'stopped', 'onTime', 'late')),
  day date not null,
  n bigint not null
);
create index tally_sum on tasks.tally (region, unit_id, mark, day) include (kind, n);
grant select, insert, delete on tasks.tally to yingshang_app;

create function tasks.keep_tally() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    insert into tasks.tally (region, unit_id, kind, mark, day, n)
    select r.region, r.unit_id, r.kind, m.mark, (m.at at time zone 'UTC')::date, count(*)
    from new_rows r cross join lateral (values
      ('due', case when r.state <> 'finished' then r.due_at end),
      ('yellow', case when r.state <> 'finished' then r.yellow_at end),
      ('stopped', case when r.state <> 'finished' then r.stopped_until end),
      (case when r.finished_at <= r.due_at then 'onTime' else 'late' end,
        case when r.outcome <> 'cancelled' then r.finished_at end)) as m(mark, at)
    where r.unit_id is not null and m.at is not null
    group by 1, 2, 3, 4, 5;
  else
    insert into tasks.tally (region, unit_id, kind, mark, day, n)
    select r.region, r.unit_id, r.kind, m.mark, (m.at at time zone 'UTC')::date, sum(r.sign)
    from (
      select 1 as sign, region, unit_id, kind, state, due_at, yellow_at, stopped_until, finished_at, outcome from new_rows
      union all
      select -1, region, unit_id, kind, state, due_at, yellow_at, stopped_until, finished_at, outcome from old_rows
    ) r cross join lateral (values
      ('due', case when r.state <> 'finished' then r.due_at end),
      ('yellow', case when r.state <> 'finished' then r.yellow_at end),
      ('stopped', case when r.state <> 'finished' then r.stopped_until end),
      (case when r.finished_at <= r.due_at then 'onTime' else 'late' end,
        case when r.outcome <> 'cancelled' then r.finished_at end)) as m(mark, at)
    where r.unit_id is not null and m.at is not null
    group by 1, 2, 3, 4, 5
    having sum(r.sign) <> 0;
  end if;
  return null;
end $$;
create trigger task_opened after insert on tasks.task
  referencing new table as new_rows for each statement execute function tasks.keep_tally();
create trigger task_changed after update on tasks.task
  referencing new table as new_rows old table as old_rows for each statement execute function tasks.keep_tally();

-- 督办单: a supervisor's written question about one task, which the unit must answer by a date.
create table tasks.supervision (
  region text not null,
  id uuid not null,
  number text not null,
  level text not null,
  task_id uuid not null,
  reply_task_id uuid not null,
  unit_id text not null,
  reason text not null,
  reply_term text not null,
  reply_due_at timestamptz not null,
  issued_at timestamptz not null,
  issued_by uuid,
  issuer_name text not null,
  state text not null check (state in ('issued', 'replied', 'closed')),
  reply_text text,
  replied_at timestamptz,
  replied_by uuid,
  replier_name text,
  closed_at timestamptz,
  closed_by uuid,
  closing_note text,
  rounds integer not null default 1,
  primary key (region, id),
  unique (region, number)
);
create index supervision_task on tasks.supervision (region, task_id);
create index supervision_unit on tasks.supervision (region, unit_id, issued_at desc, id);
create index supervision_recent on tasks.supervision (region, issued_at desc, id);
grant select, insert, update on tasks.supervision to yingshang_app;

-- Holiday notices. Proposed by one person, confirmed by another; one confirmed notice per year.
create table tasks.calendar_notice (
  region text not null,
  id uuid not null,
  year integer not null,
  document_no text not null,
  document_no_standing text not null default 'unconfirmed',
  title text not null,
  url text,
  days jsonb not null,
  source_text text not null default '',
  state text not null check (state in ('proposed', 'confirmed', 'rejected', 'replaced')),
  proposed_at timestamptz not null,
  proposed_by uuid,
  proposer_name text not null,
  decided_at timestamptz,
  decided_by uuid,
  decider_name text,
  decision_reason text,
  primary key (region, id)
);
create unique index calendar_notice_year on tasks.calendar_notice (region, year) where state = 'confirmed';
create index calendar_notice_list on tasks.calendar_notice (region, year desc, proposed_at desc);
grant select, insert, update on tasks.calendar_notice to yingshang_app;

-- The county's settings for clocks and tasks, as loaded from its data: pause grounds, hours, kinds, levels.
create table tasks.setting (
  region text not null,
  part text not null,
  content jsonb not null,
  primary key (region, part)
);
grant select, insert, update on tasks.setting to yingshang_app;

-- One row that changes whenever a notice or a setting does: caches compare it.
create table tasks.rulebook (
  region text not null,
  digest text not null,
  changed_at timestamptz not null,
  reason text not null,
  primary key (region)
);
grant select, insert, update on tasks.rulebook to yingshang_app;

-- What a unit or the supervising office should look at: a rung that fired, an overrun pause, a hand-over, a slip.
create table tasks.alert (
  region text not null,
  -- the outbox event's id: a repeated delivery writes nothing
  id uuid not null,
  at timestamptz not null,
  audience text not null check (audience in ('holder', 'unit-leader', 'supervisor', 'leader')),
  unit_id text not null,
  title text not null,
  words text not null,
  link text not null,
  primary key (region, id)
);
create index alert_of_unit on tasks.alert (region, unit_id, at desc);
create index alert_recent on tasks.alert (region, at desc);
grant select, insert, delete on tasks.alert to yingshang_app;
