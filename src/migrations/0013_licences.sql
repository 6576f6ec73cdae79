-- 电子证照、电子印章: types as versioned data, keys and certificates, seals, licences with their history.
create schema licences;
grant usage on schema licences to yingshang_app;

create table licences.licence_type (
  region text not null,
  id text not null,
  name text not null,
  latest integer not null,
  -- the version in use; null before the first publication
  published integer,
  draft integer,
  primary key (region, id)
);
grant select, insert, update on licences.licence_type to yingshang_app;

-- A published version never changes: licences name the one they were issued under.
create table licences.type_version (
  region text not null,
  id text not null,
  version integer not null,
  state text not null check (state in ('draft', 'published', 'superseded')),
  definition jsonb not null,
  digest text not null,
  origin text not null check (origin in ('county', 'staff')),
  note text not null default '',
  saved_at timestamptz not null,
  saved_by uuid,
  saved_by_name text not null,
  published_at timestamptz,
  published_by uuid,
  published_by_name text not null default '',
  primary key (region, id, version),
  foreign key (region, id) references licences.licence_type (region, id)
);
grant select, insert, update on licences.type_version to yingshang_app;

-- The last serial given out. Taken by update in the transaction that issues: a rollback gives it back, so there are no gaps.
create table licences.serial (
  region text not null,
  type_code text not null,
  issuer_code text not null,
  -- a year, a day for numbers that count by day, or `all`
  period text not null,
  last integer not null,
  primary key (region, type_code, issuer_code, period)
);
grant select, insert, update on licences.serial to yingshang_app;

-- Keys with their certificates. The private key lies under the platform's own key.
create table licences.key_pair (
  region text not null,
  id uuid not null,
  -- root, maker of seals, signer behind one seal, time stamper
  purpose text not null check (purpose in ('root', 'maker', 'signer', 'stamper')),
  unit_id text,
  sealed_key text not null,
  certificate bytea not null,
  serial text not null,
  not_before timestamptz not null,
  not_after timestamptz not null,
  created_at timestamptz not null,
  revoked_at timestamptz,
  revocation_reason text,
  primary key (region, id),
  unique (region, serial)
);
create index key_pair_in_use on licences.key_pair (region, purpose, not_after) where revoked_at is null;
grant select, insert, update on licences.key_pair to yingshang_app;

create table licences.revocation_list (
  region text not null,
  number integer not null,
  issued_at timestamptz not null,
  next_update timestamptz not null,
  list bytea not null,
  primary key (region, number)
);
grant select, insert on licences.revocation_list to yingshang_app;

-- The seal registry (印章).
create table licences.stamp (
  region text not null,
  id uuid not null,
  -- the number inside the seal itself (esID)
  no text not null,
  unit_id text not null,
  -- official (公章) or a seal with one purpose
  kind text not null,
  wording text not null,
  -- second line of a seal with one purpose
  line text not null default '',
  diameter numeric(4, 1) not null,
  -- licence types it may be put on; empty: all that its unit issues with this kind
  types jsonb not null default '[]',
  -- accounts that may apply it; empty: everyone of the unit with the permission
  appliers jsonb not null default '[]',
  state text not null check (state in ('requested', 'refused', 'released', 'revoked', 'replaced')),
  valid_from timestamptz not null,
  valid_until timestamptz not null,
  key_id uuid,
  -- SESeal; null until it is made
  body bytea,
  replaces uuid,
  reason text not null,
  requested_by uuid,
  requested_name text not null,
  requested_at timestamptz not null,
  decided_by uuid,
  decided_name text,
  decided_at timestamptz,
  decision text not null default '',
  ended_at timestamptz,
  ended_name text,
  end_reason text not null default '',
  primary key (region, id),
  unique (region, no),
  foreign key (region, key_id) references licences.key_pair (region, id),
  foreign key (region, replaces) references licences.stamp (region, id)
);
create index stamp_of_unit on licences.stamp (region, unit_id, kind) where state = 'released';
grant select, insert, update on licences.stamp to yingshang_app;

-- Every sealing. Select and insert only.
create table licences.sealing (
  region text not null,
  id uuid not null,
  stamp_id uuid not null,
  at timestamptz not null,
  -- what was sealed: licence, copy, document
  subject_type text not null,
  subject_id text not null,
  format text not null check (format in ('ofd', 'pdf')),
  sha256 text not null,
  actor_id uuid,
  actor_name text not null,
  reason text not null,
  primary key (region, id),
  foreign key (region, stamp_id) references licences.stamp (region, id)
);
create index sealing_of_stamp on licences.sealing (region, stamp_id, at desc);
create index sealing_of_subject on licences.sealing (region, subject_type, subject_id);
grant select, insert on licences.sealing to yingshang_app;

-- The present state of a licence; the fold over its events, kept for reading.
create table licences.licence (
  region text not null,
  id uuid not null,
  identifier text not null,
  type_id text not null,
  type_version integer not null,
  type_name text not null,
  number text not null,
  serial text not null,
  version integer not null,
  issuer_id text not null,
  holder_kind text not null check (holder_kind in ('firm', 'person')),
  -- a firm's name; a person's masked
  holder_label text not null,
  -- blind indexes: name and number of the holder, and what makes two versions the same licence
  holder_name_index text not null,
  holder_number_index text,
  subject_index text,
  account_id uuid,
  case_id uuid,
  application_id uuid,
  status text not null check (status in ('valid', 'held', 'revoked', 'rescinded', 'cancelled', 'replaced')),
  held_until date,
  issued_on date not null,
  valid_from date not null,
  -- null: long term
  valid_until date,
  predecessor uuid,
  ofd_sha256 text not null,
  pdf_sha256 text not null,
  state jsonb not null,
  events integer not null,
  updated_at timestamptz not null,
  primary key (region, id),
  unique (region, identifier),
  unique (region, type_id, issuer_id, serial, version),
  foreign key (region, predecessor) references licences.licence (region, id)
);
create unique index licence_of_case on licences.licence (region, case_id) where case_id is not null;
create index licence_recent on licences.licence (region, issuer_id, issued_on desc, id);
create index licence_of_number on licences.licence (region, number);
create index licence_of_holder on licences.licence (region, holder_number_index) where holder_number_index is not null;
create index licence_of_name on licences.licence (region, holder_name_index);
create index licence_of_account on licences.licence (region, account_id) where account_id is not null;
create index licence_of_application on licences.licence (region, application_id) where application_id is not null;
-- One licence in force for one subject: a second is a new version of the first.
create unique index licence_of_subject on licences.licence (region, type_id, subject_index)
  where subject_index is not null and status in ('valid', 'held');
create index licence_of_files on licences.licence (region, ofd_sha256);
create index licence_of_pdf on licences.licence (region, pdf_sha256);
grant select, insert, update on licences.licence to yingshang_app;

-- The legal record. Select and insert only.
create table licences.licence_event (
  region text not null,
  licence_id uuid not null,
  seq integer not null,
  at timestamptz not null,
  type text not null,
  actor_id uuid,
  actor_name text not null,
  unit_id text,
  body jsonb not null,
  primary key (region, licence_id, seq),
  foreign key (region, licence_id) references licences.licence (region, id)
);
grant select, insert on licences.licence_event to yingshang_app;
