-- Module org: who there is in the county, who may sign in, and what he may do where.
create schema org;
grant usage on schema org to yingshang_app;

-- The directory. A row that left the county's data is closed, never removed: old cases still name it.
create table org.unit (
  region text not null,
  id text not null,
  name text not null,
  full_name text not null,
  kind text not null check (kind in ('party', 'government', 'judicial', 'institution', 'enterprise', 'park', 'town')),
  aliases text[] not null default '{}',
  hung_names text[] not null default '{}',
  uscc text not null,
  area_code text not null default '',
  address text not null default '',
  phone text not null default '',
  duty text not null,
  position integer not null,
  closed_at timestamptz,
  primary key (region, id)
);
create table org.collective (
  region text not null,
  id text not null,
  name text not null,
  aliases text[] not null default '{}',
  members text[] not null,
  primary key (region, id)
);
create table org.leader (
  region text not null,
  id text not null,
  name text not null,
  title text not null,
  areas integer[] not null default '{}',
  primary key (region, id)
);
create table org.post (
  region text not null,
  id text not null,
  unit_id text not null,
  name text not null,
  roles text[] not null,
  primary key (region, id),
  foreign key (region, unit_id) references org.unit (region, id)
);
create table org.role (
  region text not null,
  id text not null,
  name text not null,
  explanation text not null,
  permissions text[] not null,
  -- What a grant reaches when nobody says otherwise: the holder's own unit, or the whole county.
  reach text not null check (reach in ('unit', 'all')),
  position integer not null,
  primary key (region, id)
);
-- The county itself. One row a region: caches of the directory in every process compare its digest.
create table org.county (
  region text not null primary key,
  name text not null,
  short_name text not null,
  city text not null,
  province text not null,
  phone_area_code text not null,
  digest text not null
);
grant select, insert, update on org.unit to yingshang_app;
grant select, insert, update, delete on org.collective, org.leader, org.post, org.role, org.county to yingshang_app;

-- Accounts. A password hash is null when the account signs in through the identity provider only.
create table org.account (
  region text not null,
  id uuid not null,
  login_name text not null,
  name text not null,
  kind text not null check (kind in ('person', 'staff')),
  unit_id text,
  post_id text,
  password_hash text,
  must_change_password boolean not null default false,
  oidc_subject text,
  trial boolean not null default false,
  created_at timestamptz not null,
  disabled_at timestamptz,
  disabled_reason text not null default '',
  primary key (region, id),
  foreign key (region, unit_id) references org.unit (region, id),
  check (kind = 'person' or unit_id is not null),
  check (kind = 'staff' or unit_id is null),
  check (login_name = lower(login_name))
);
create unique index account_login_name on org.account (region, login_name);
create unique index account_oidc_subject on org.account (region, oidc_subject) where oidc_subject is not null;
create index account_unit on org.account (region, unit_id) where unit_id is not null;
grant select, insert, update on org.account to yingshang_app;

-- Personal data: sealed text, with a keyed index for equality search.
create table org.person (
  region text not null,
  account_id uuid not null,
  id_number_sealed text,
  id_number_index text,
  phone_sealed text,
  phone_index text,
  address_sealed text,
  -- How the identity number was proven: '' not yet, 'oidc', 'window', 'trial'.
  verified_by text not null default '' check (verified_by in ('', 'oidc', 'window', 'trial')),
  verified_at timestamptz,
  updated_at timestamptz not null,
  primary key (region, account_id),
  foreign key (region, account_id) references org.account (region, id)
);
create unique index person_id_number on org.person (region, id_number_index) where id_number_index is not null;
create index person_phone on org.person (region, phone_index) where phone_index is not null;
grant select, insert, update on org.person to yingshang_app;

-- A person acts for an enterprise once someone has seen the proof.
create table org.representation (
  region text not null,
  id uuid not null,
  account_id uuid not null,
  uscc text not null,
  enterprise_name text not null,
  proof text not null,
  created_at timestamptz not null,
  confirmed_at timestamptz,
  confirmed_by uuid,
  ended_at timestamptz,
  primary key (region, id),
  foreign key (region, account_id) references org.account (region, id)
);
create unique index representation_running on org.representation (region, account_id, uscc) where ended_at is null;
create index representation_enterprise on org.representation (region, uscc) where ended_at is null;
grant select, insert, update on org.representation to yingshang_app;

-- units null: the whole county. Both dates are included.
create table org.role_grant (
  region text not null,
  id uuid not null,
  account_id uuid not null,
  role_id text not null,
  units text[],
  from_on date not null,
  until_on date,
  granted_by uuid,
  reason text not null default '',
  created_at timestamptz not null,
  ended_at timestamptz,
  primary key (region, id),
  foreign key (region, account_id) references org.account (region, id),
  foreign key (region, role_id) references org.role (region, id)
);
create index role_grant_account on org.role_grant (region, account_id) where ended_at is null;
grant select, insert, update on org.role_grant to yingshang_app;

-- A delegation names roles and copies nothing: what it gives is what the delegator holds at the moment of asking.
create table org.delegation (
  region text not null,
  id uuid not null,
  from_account uuid not null,
  to_account uuid not null,
  roles text[] not null,
  from_on date not null,
  until_on date not null,
  reason text not null,
  created_at timestamptz not null,
  ended_at timestamptz,
  primary key (region, id),
  foreign key (region, from_account) references org.account (region, id),
  foreign key (region, to_account) references org.account (region, id),
  check (from_account <> to_account),
  check (until_on >= from_on)
);
create index delegation_to on org.delegation (region, to_account) where ended_at is null;
create index delegation_from on org.delegation (region, from_account) where ended_at is null;
grant select, insert, update on org.delegation to yingshang_app;

-- Only the hash of a session's token is kept.
create table org.session (
  region text not null,
  id uuid not null,
  token_hash text not null,
  account_id uuid not null,
  via text not null check (via in ('password', 'oidc')),
  user_agent text not null default '',
  created_at timestamptz not null,
  last_seen_at timestamptz not null,
  expires_at timestamptz not null,
  revoked_at timestamptz,
  primary key (region, id),
  foreign key (region, account_id) references org.account (region, id)
);
create unique index session_token on org.session (region, token_hash);
create index session_account on org.session (region, account_id) where revoked_at is null;
create index session_expiry on org.session (region, expires_at);
grant select, insert, update, delete on org.session to yingshang_app;

-- Failed sign-ins per login name (known or not) and per address; both are kept as keyed hashes.
create table org.sign_in_attempt (
  region text not null,
  subject text not null,
  failures integer not null,
  last_at timestamptz not null,
  locked_until timestamptz,
  primary key (region, subject)
);
create index sign_in_attempt_age on org.sign_in_attempt (region, last_at);
grant select, insert, update, delete on org.sign_in_attempt to yingshang_app;
