-- The platform's own rooms: journal, outbox, idempotency, jobs, serial numbers.
create schema kernel;
grant usage on schema kernel to yingshang_app;

-- Who did what to what, when, why. Append-only by grant; partitioned by year; sealed in batches.
-- xid orders rows by transaction: everything below the oldest running transaction is final and can be sealed.
-- era counts restores: a restored cluster numbers its transactions anew.
create table kernel.journal (
  region text not null,
  id uuid not null,
  at timestamptz not null,
  xid xid8 not null default pg_current_xact_id(),
  era integer not null,
  actor_id uuid,
  actor_name text not null,
  unit_id text,
  kind text not null check (kind in ('command', 'read', 'job', 'event')),
  endpoint text not null,
  subject text not null default '',
  reason text not null default '',
  detail jsonb not null default '{}',
  request_id text not null,
  primary key (region, at, id)
) partition by range (at);
do $$
begin
  for year in 2022..2040 loop
    execute format('create table kernel.journal_%s partition of kernel.journal for values from (%L) to (%L)',
      year, make_date(year, 1, 1) - interval '8 hours', make_date(year + 1, 1, 1) - interval '8 hours');
  end loop;
end $$;
create table kernel.journal_rest partition of kernel.journal default;
create index journal_subject on kernel.journal (region, subject, at desc);
create index journal_actor on kernel.journal (region, actor_id, at desc);
create index journal_order on kernel.journal (region, era, xid, id);
grant select, insert on kernel.journal to yingshang_app;

create table kernel.journal_seal (
  region text not null,
  batch integer not null,
  era integer not null,
  from_xid xid8 not null,
  to_xid xid8 not null,
  entries integer not null,
  root text not null,
  previous text not null,
  seal text not null,
  sealed_at timestamptz not null,
  primary key (region, batch)
);
create table kernel.journal_leaf (
  region text not null,
  batch integer not null,
  position integer not null,
  journal_id uuid not null,
  journal_at timestamptz not null,
  hash text not null,
  primary key (region, batch, position)
);
create index journal_leaf_entry on kernel.journal_leaf (region, journal_id);
grant select, insert on kernel.journal_seal, kernel.journal_leaf to yingshang_app;

create table kernel.journal_era (
  region text not null,
  era integer not null,
  started_at timestamptz not null,
  reason text not null,
  primary key (region, era)
);
grant select, insert on kernel.journal_era to yingshang_app;

create table kernel.outbox (
  region text not null,
  id uuid not null,
  topic text not null,
  payload jsonb not null,
  at timestamptz not null,
  request_id text not null,
  primary key (region, id)
);
create table kernel.delivery (
  region text not null,
  event_id uuid not null,
  subscriber text not null,
  attempts integer not null default 0,
  due_at timestamptz not null,
  done_at timestamptz,
  last_error text not null default '',
  primary key (region, event_id, subscriber)
);
create index delivery_due on kernel.delivery (region, due_at) where done_at is null;
grant select, insert, delete on kernel.outbox to yingshang_app;
grant select, insert, update, delete on kernel.delivery to yingshang_app;

-- The answer to a command, kept so that the same key gives the same answer.
create table kernel.idempotency (
  region text not null,
  caller text not null,
  key text not null,
  endpoint text not null,
  request_hash text not null,
  -- sealed: an answer may hold personal data
  response text,
  at timestamptz not null,
  primary key (region, caller, key)
);
create index idempotency_at on kernel.idempotency (region, at);
grant select, insert, update, delete on kernel.idempotency to yingshang_app;

create table kernel.job (
  region text not null,
  name text not null,
  next_at timestamptz not null,
  last_run_at timestamptz,
  last_error text not null default '',
  primary key (region, name)
);
grant select, insert, update on kernel.job to yingshang_app;

-- Human numbers: one row per scope and day, so that no counter is shared by everyone.
create table kernel.serial (
  region text not null,
  scope text not null,
  day date not null,
  last integer not null,
  primary key (region, scope, day)
);
grant select, insert, update on kernel.serial to yingshang_app;

-- Which version of the county's data files is loaded.
create table kernel.loaded (
  region text not null,
  part text not null,
  digest text not null,
  at timestamptz not null,
  primary key (region, part)
);
grant select, insert, update on kernel.loaded to yingshang_app;
