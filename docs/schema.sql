-- Generated from a migrated database (npm run golden). Not a migration: those are in src/migrations.

-- public

create table public.migration (
  name text not null,
  checksum text not null,
  applied_at timestamp with time zone not null default now(),
  constraint migration_pkey PRIMARY KEY (name)
);
grant select on public.migration to yingshang_app;

-- cases

create table cases.application (
  region text not null,
  id uuid not null,
  no text not null,
  service_kind text not null,
  service_id text not null,
  service_name text not null,
  versions jsonb not null,
  account_id uuid not null,
  filed_by uuid,
  applicant_label text not null,
  answers text not null,
  commitments jsonb not null default '[]'::jsonb,
  phone_tail text,
  state text not null,
  revision integer not null default 1,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  filed_at timestamp with time zone,
  constraint application_pkey PRIMARY KEY (region, id),
  constraint application_region_no_key UNIQUE (region, no),
  constraint application_service_kind_check CHECK ((service_kind = ANY (ARRAY['item'::text, 'bundle'::text]))),
  constraint application_state_check CHECK ((state = ANY (ARRAY['draft'::text, 'filed'::text])))
);
CREATE INDEX application_of ON cases.application USING btree (region, account_id, updated_at DESC);
grant delete, insert, select, update on cases.application to yingshang_app;

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
  filed_at timestamp with time zone,
  accepted_at timestamp with time zone,
  concluded_at timestamp with time zone,
  state jsonb not null,
  tasks jsonb not null default '{}'::jsonb,
  version integer not null,
  constraint case_file_pkey PRIMARY KEY (region, id),
  constraint case_file_region_no_key UNIQUE (region, no),
  constraint case_file_region_application_id_fkey FOREIGN KEY (region, application_id) REFERENCES cases.application(region, id)
);
CREATE INDEX case_of_account ON cases.case_file USING btree (region, account_id, id);
CREATE INDEX case_of_application ON cases.case_file USING btree (region, application_id);
CREATE INDEX case_of_unit ON cases.case_file USING btree (region, unit_id, filed_at DESC, id);
CREATE INDEX case_recent ON cases.case_file USING btree (region, filed_at DESC, id);
CREATE INDEX case_silent ON cases.case_file USING btree (region, filed_at) WHERE (status = 'filed'::text);
grant insert, select, update on cases.case_file to yingshang_app;

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
  uploaded_at timestamp with time zone not null,
  removed_at timestamp with time zone,
  constraint document_pkey PRIMARY KEY (region, id),
  constraint document_region_application_id_fkey FOREIGN KEY (region, application_id) REFERENCES cases.application(region, id) ON DELETE CASCADE
);
CREATE INDEX document_of ON cases.document USING btree (region, application_id, uploaded_at) WHERE (removed_at IS NULL);
grant delete, insert, select, update on cases.document to yingshang_app;

create table cases.event (
  region text not null,
  case_id uuid not null,
  seq integer not null,
  at timestamp with time zone not null,
  type text not null,
  actor_id uuid,
  actor_name text not null,
  unit_id text,
  body jsonb not null,
  constraint event_pkey PRIMARY KEY (region, case_id, seq),
  constraint event_region_case_id_fkey FOREIGN KEY (region, case_id) REFERENCES cases.case_file(region, id)
);
grant insert, select on cases.event to yingshang_app;

create table cases.notice (
  region text not null,
  id uuid not null,
  account_id uuid not null,
  case_id uuid,
  application_id uuid,
  title text not null,
  body text not null,
  at timestamp with time zone not null,
  read_at timestamp with time zone,
  constraint notice_pkey PRIMARY KEY (region, id)
);
CREATE INDEX notice_of ON cases.notice USING btree (region, account_id, at DESC);
grant insert, select, update on cases.notice to yingshang_app;

create table cases.rating (
  region text not null,
  case_id uuid not null,
  item_id text not null,
  unit_id text not null,
  account_id uuid not null,
  level integer not null,
  comment text not null,
  at timestamp with time zone not null,
  constraint rating_pkey PRIMARY KEY (region, case_id),
  constraint rating_region_case_id_fkey FOREIGN KEY (region, case_id) REFERENCES cases.case_file(region, id),
  constraint rating_level_check CHECK (((level >= 1) AND (level <= 5)))
);
CREATE INDEX rating_of_item ON cases.rating USING btree (region, item_id) INCLUDE (level);
CREATE INDEX rating_recent ON cases.rating USING btree (region, at DESC);
grant insert, select on cases.rating to yingshang_app;

create table cases.tracking_miss (
  region text not null,
  application_id uuid not null,
  day date not null,
  misses integer not null,
  constraint tracking_miss_pkey PRIMARY KEY (region, application_id, day),
  constraint tracking_miss_region_application_id_fkey FOREIGN KEY (region, application_id) REFERENCES cases.application(region, id)
);
grant insert, select, update on cases.tracking_miss to yingshang_app;

-- catalogue

create table catalogue.element (
  region text not null,
  id text not null,
  definition jsonb not null,
  digest text not null,
  origin text not null,
  updated_at timestamp with time zone not null,
  updated_by text not null default ''::text,
  constraint element_pkey PRIMARY KEY (region, id),
  constraint element_origin_check CHECK ((origin = ANY (ARRAY['county'::text, 'staff'::text])))
);
grant insert, select, update on catalogue.element to yingshang_app;

create table catalogue.national_item (
  region text not null,
  list_region text not null,
  key text not null,
  area_code text not null,
  code text not null,
  name text not null,
  department text not null,
  department_code text not null,
  kind text not null,
  group_name text not null,
  raw jsonb not null,
  digest text not null,
  imported_at timestamp with time zone not null,
  constraint national_item_pkey PRIMARY KEY (region, list_region, key)
);
CREATE INDEX national_item_department ON catalogue.national_item USING btree (region, list_region, department);
grant insert, select, update on catalogue.national_item to yingshang_app;

create table catalogue.revision (
  region text not null,
  part text not null,
  token uuid not null,
  constraint revision_pkey PRIMARY KEY (region, part),
  constraint revision_part_check CHECK ((part = ANY (ARRAY['services'::text, 'search'::text])))
);
grant insert, select, update on catalogue.revision to yingshang_app;

create table catalogue.search_miss (
  region text not null,
  query text not null,
  times integer not null,
  first_at timestamp with time zone not null,
  last_at timestamp with time zone not null,
  constraint search_miss_pkey PRIMARY KEY (region, query)
);
CREATE INDEX search_miss_times ON catalogue.search_miss USING btree (region, times DESC, last_at DESC);
grant delete, insert, select, update on catalogue.search_miss to yingshang_app;

create table catalogue.service (
  region text not null,
  id text not null,
  kind text not null,
  name text not null,
  unit_id text not null,
  latest integer not null,
  draft integer,
  created_at timestamp with time zone not null,
  constraint service_pkey PRIMARY KEY (region, id),
  constraint service_kind_check CHECK ((kind = ANY (ARRAY['item'::text, 'bundle'::text])))
);
CREATE INDEX service_unit ON catalogue.service USING btree (region, unit_id);
grant insert, select, update on catalogue.service to yingshang_app;

create table catalogue.service_version (
  region text not null,
  id text not null,
  version integer not null,
  state text not null,
  definition jsonb not null,
  elements jsonb not null default '{}'::jsonb,
  item_code text not null default ''::text,
  digest text not null,
  origin text not null,
  note text not null default ''::text,
  valid_from date,
  valid_to date,
  saved_at timestamp with time zone not null,
  saved_by uuid,
  saved_by_name text not null,
  published_at timestamp with time zone,
  published_by uuid,
  published_by_name text not null default ''::text,
  withdrawn_at timestamp with time zone,
  withdrawal_reason text not null default ''::text,
  constraint service_version_pkey PRIMARY KEY (region, id, version),
  constraint service_version_region_id_fkey FOREIGN KEY (region, id) REFERENCES catalogue.service(region, id),
  constraint service_version_check CHECK (((state <> 'published'::text) OR ((valid_from IS NOT NULL) AND (published_at IS NOT NULL)))),
  constraint service_version_check1 CHECK (((valid_to IS NULL) OR (valid_from IS NULL) OR (valid_to >= valid_from))),
  constraint service_version_origin_check CHECK ((origin = ANY (ARRAY['county'::text, 'staff'::text]))),
  constraint service_version_state_check CHECK ((state = ANY (ARRAY['draft'::text, 'inReview'::text, 'published'::text, 'withdrawn'::text]))),
  constraint service_version_version_check CHECK ((version >= 1))
);
CREATE INDEX service_version_code ON catalogue.service_version USING btree (region, item_code) WHERE (item_code <> ''::text);
CREATE INDEX service_version_published ON catalogue.service_version USING btree (region, valid_from) WHERE (state = 'published'::text);
CREATE TRIGGER service_version_frozen BEFORE UPDATE ON catalogue.service_version FOR EACH ROW EXECUTE FUNCTION catalogue.keep_published_frozen();
grant insert, select, update on catalogue.service_version to yingshang_app;

create table catalogue.synonym (
  region text not null,
  id uuid not null,
  kind text not null,
  words text[] not null,
  leads_to text[] not null default '{}'::text[],
  origin text not null,
  updated_at timestamp with time zone not null,
  updated_by text not null default ''::text,
  constraint synonym_pkey PRIMARY KEY (region, id),
  constraint synonym_kind_check CHECK ((kind = ANY (ARRAY['equal'::text, 'oneWay'::text]))),
  constraint synonym_origin_check CHECK ((origin = ANY (ARRAY['county'::text, 'staff'::text])))
);
grant delete, insert, select, update on catalogue.synonym to yingshang_app;

CREATE OR REPLACE FUNCTION catalogue.keep_published_frozen()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if old.state in ('published', 'withdrawn') and (
    (old.definition, old.elements, old.item_code, old.digest, old.origin, old.valid_from, old.saved_at, old.saved_by, old.published_at, old.published_by)
    is distinct from
    (new.definition, new.elements, new.item_code, new.digest, new.origin, new.valid_from, new.saved_at, new.saved_by, new.published_at, new.published_by)
    or (old.state = 'withdrawn' and new.state <> 'withdrawn')
    or new.state in ('draft', 'inReview')
  ) then
    raise exception 'version % of % is published and frozen', old.version, old.id using errcode = 'restrict_violation';
  end if;
  return new;
end $function$;

-- kernel

create table kernel.delivery (
  region text not null,
  event_id uuid not null,
  subscriber text not null,
  attempts integer not null default 0,
  due_at timestamp with time zone not null,
  done_at timestamp with time zone,
  last_error text not null default ''::text,
  constraint delivery_pkey PRIMARY KEY (region, event_id, subscriber)
);
CREATE INDEX delivery_due ON kernel.delivery USING btree (region, due_at) WHERE (done_at IS NULL);
grant delete, insert, select, update on kernel.delivery to yingshang_app;

create table kernel.idempotency (
  region text not null,
  caller text not null,
  key text not null,
  endpoint text not null,
  request_hash text not null,
  response text,
  at timestamp with time zone not null,
  constraint idempotency_pkey PRIMARY KEY (region, caller, key)
);
CREATE INDEX idempotency_at ON kernel.idempotency USING btree (region, at);
grant delete, insert, select, update on kernel.idempotency to yingshang_app;

create table kernel.job (
  region text not null,
  name text not null,
  next_at timestamp with time zone not null,
  last_run_at timestamp with time zone,
  last_error text not null default ''::text,
  constraint job_pkey PRIMARY KEY (region, name)
);
grant insert, select, update on kernel.job to yingshang_app;

create table kernel.journal (
  region text not null,
  id uuid not null,
  at timestamp with time zone not null,
  xid xid8 not null default pg_current_xact_id(),
  era integer not null,
  actor_id uuid,
  actor_name text not null,
  unit_id text,
  kind text not null,
  endpoint text not null,
  subject text not null default ''::text,
  reason text not null default ''::text,
  detail jsonb not null default '{}'::jsonb,
  request_id text not null,
  constraint journal_pkey PRIMARY KEY (region, at, id),
  constraint journal_kind_check CHECK ((kind = ANY (ARRAY['command'::text, 'read'::text, 'job'::text, 'event'::text])))
) partition by RANGE (at);
-- partitions: journal_2022, journal_2023, journal_2024, journal_2025, journal_2026, journal_2027, journal_2028, journal_2029, journal_2030, journal_2031, journal_2032, journal_2033, journal_2034, journal_2035, journal_2036, journal_2037, journal_2038, journal_2039, journal_2040, journal_rest
CREATE INDEX journal_actor ON ONLY kernel.journal USING btree (region, actor_id, at DESC);
CREATE INDEX journal_order ON ONLY kernel.journal USING btree (region, era, xid, id);
CREATE INDEX journal_subject ON ONLY kernel.journal USING btree (region, subject, at DESC);
grant insert, select on kernel.journal to yingshang_app;

create table kernel.journal_era (
  region text not null,
  era integer not null,
  started_at timestamp with time zone not null,
  reason text not null,
  constraint journal_era_pkey PRIMARY KEY (region, era)
);
grant insert, select on kernel.journal_era to yingshang_app;

create table kernel.journal_leaf (
  region text not null,
  batch integer not null,
  "position" integer not null,
  journal_id uuid not null,
  journal_at timestamp with time zone not null,
  hash text not null,
  constraint journal_leaf_pkey PRIMARY KEY (region, batch, "position")
);
CREATE INDEX journal_leaf_entry ON kernel.journal_leaf USING btree (region, journal_id);
grant insert, select on kernel.journal_leaf to yingshang_app;

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
  sealed_at timestamp with time zone not null,
  constraint journal_seal_pkey PRIMARY KEY (region, batch)
);
grant insert, select on kernel.journal_seal to yingshang_app;

create table kernel.loaded (
  region text not null,
  part text not null,
  digest text not null,
  at timestamp with time zone not null,
  constraint loaded_pkey PRIMARY KEY (region, part)
);
grant insert, select, update on kernel.loaded to yingshang_app;

create table kernel.outbox (
  region text not null,
  id uuid not null,
  topic text not null,
  payload jsonb not null,
  at timestamp with time zone not null,
  request_id text not null,
  constraint outbox_pkey PRIMARY KEY (region, id)
);
grant delete, insert, select on kernel.outbox to yingshang_app;

create table kernel.serial (
  region text not null,
  scope text not null,
  day date not null,
  last integer not null,
  constraint serial_pkey PRIMARY KEY (region, scope, day)
);
grant insert, select, update on kernel.serial to yingshang_app;

-- org

create table org.account (
  region text not null,
  id uuid not null,
  login_name text not null,
  name text not null,
  kind text not null,
  unit_id text,
  post_id text,
  password_hash text,
  must_change_password boolean not null default false,
  oidc_subject text,
  trial boolean not null default false,
  created_at timestamp with time zone not null,
  disabled_at timestamp with time zone,
  disabled_reason text not null default ''::text,
  constraint account_pkey PRIMARY KEY (region, id),
  constraint account_region_unit_id_fkey FOREIGN KEY (region, unit_id) REFERENCES org.unit(region, id),
  constraint account_check CHECK (((kind = 'person'::text) OR (unit_id IS NOT NULL))),
  constraint account_check1 CHECK (((kind = 'staff'::text) OR (unit_id IS NULL))),
  constraint account_kind_check CHECK ((kind = ANY (ARRAY['person'::text, 'staff'::text]))),
  constraint account_login_name_check CHECK ((login_name = lower(login_name)))
);
CREATE UNIQUE INDEX account_login_name ON org.account USING btree (region, login_name);
CREATE UNIQUE INDEX account_oidc_subject ON org.account USING btree (region, oidc_subject) WHERE (oidc_subject IS NOT NULL);
CREATE INDEX account_unit ON org.account USING btree (region, unit_id) WHERE (unit_id IS NOT NULL);
grant insert, select, update on org.account to yingshang_app;

create table org.collective (
  region text not null,
  id text not null,
  name text not null,
  aliases text[] not null default '{}'::text[],
  members text[] not null,
  constraint collective_pkey PRIMARY KEY (region, id)
);
grant delete, insert, select, update on org.collective to yingshang_app;

create table org.county (
  region text not null,
  name text not null,
  short_name text not null,
  city text not null,
  province text not null,
  phone_area_code text not null,
  digest text not null,
  constraint county_pkey PRIMARY KEY (region)
);
grant delete, insert, select, update on org.county to yingshang_app;

create table org.delegation (
  region text not null,
  id uuid not null,
  from_account uuid not null,
  to_account uuid not null,
  roles text[] not null,
  from_on date not null,
  until_on date not null,
  reason text not null,
  created_at timestamp with time zone not null,
  ended_at timestamp with time zone,
  constraint delegation_pkey PRIMARY KEY (region, id),
  constraint delegation_region_from_account_fkey FOREIGN KEY (region, from_account) REFERENCES org.account(region, id),
  constraint delegation_region_to_account_fkey FOREIGN KEY (region, to_account) REFERENCES org.account(region, id),
  constraint delegation_check CHECK ((from_account <> to_account)),
  constraint delegation_check1 CHECK ((until_on >= from_on))
);
CREATE INDEX delegation_from ON org.delegation USING btree (region, from_account) WHERE (ended_at IS NULL);
CREATE INDEX delegation_to ON org.delegation USING btree (region, to_account) WHERE (ended_at IS NULL);
grant insert, select, update on org.delegation to yingshang_app;

create table org.leader (
  region text not null,
  id text not null,
  name text not null,
  title text not null,
  areas integer[] not null default '{}'::integer[],
  constraint leader_pkey PRIMARY KEY (region, id)
);
grant delete, insert, select, update on org.leader to yingshang_app;

create table org.person (
  region text not null,
  account_id uuid not null,
  id_number_sealed text,
  id_number_index text,
  phone_sealed text,
  phone_index text,
  address_sealed text,
  verified_by text not null default ''::text,
  verified_at timestamp with time zone,
  updated_at timestamp with time zone not null,
  constraint person_pkey PRIMARY KEY (region, account_id),
  constraint person_region_account_id_fkey FOREIGN KEY (region, account_id) REFERENCES org.account(region, id),
  constraint person_verified_by_check CHECK ((verified_by = ANY (ARRAY[''::text, 'oidc'::text, 'window'::text, 'trial'::text])))
);
CREATE UNIQUE INDEX person_id_number ON org.person USING btree (region, id_number_index) WHERE (id_number_index IS NOT NULL);
CREATE INDEX person_phone ON org.person USING btree (region, phone_index) WHERE (phone_index IS NOT NULL);
grant insert, select, update on org.person to yingshang_app;

create table org.post (
  region text not null,
  id text not null,
  unit_id text not null,
  name text not null,
  roles text[] not null,
  constraint post_pkey PRIMARY KEY (region, id),
  constraint post_region_unit_id_fkey FOREIGN KEY (region, unit_id) REFERENCES org.unit(region, id)
);
grant delete, insert, select, update on org.post to yingshang_app;

create table org.representation (
  region text not null,
  id uuid not null,
  account_id uuid not null,
  uscc text not null,
  enterprise_name text not null,
  proof text not null,
  created_at timestamp with time zone not null,
  confirmed_at timestamp with time zone,
  confirmed_by uuid,
  ended_at timestamp with time zone,
  constraint representation_pkey PRIMARY KEY (region, id),
  constraint representation_region_account_id_fkey FOREIGN KEY (region, account_id) REFERENCES org.account(region, id)
);
CREATE INDEX representation_enterprise ON org.representation USING btree (region, uscc) WHERE (ended_at IS NULL);
CREATE UNIQUE INDEX representation_running ON org.representation USING btree (region, account_id, uscc) WHERE (ended_at IS NULL);
grant insert, select, update on org.representation to yingshang_app;

create table org.role (
  region text not null,
  id text not null,
  name text not null,
  explanation text not null,
  permissions text[] not null,
  reach text not null,
  "position" integer not null,
  constraint role_pkey PRIMARY KEY (region, id),
  constraint role_reach_check CHECK ((reach = ANY (ARRAY['unit'::text, 'all'::text])))
);
grant delete, insert, select, update on org.role to yingshang_app;

create table org.role_grant (
  region text not null,
  id uuid not null,
  account_id uuid not null,
  role_id text not null,
  units text[],
  from_on date not null,
  until_on date,
  granted_by uuid,
  reason text not null default ''::text,
  created_at timestamp with time zone not null,
  ended_at timestamp with time zone,
  constraint role_grant_pkey PRIMARY KEY (region, id),
  constraint role_grant_region_account_id_fkey FOREIGN KEY (region, account_id) REFERENCES org.account(region, id),
  constraint role_grant_region_role_id_fkey FOREIGN KEY (region, role_id) REFERENCES org.role(region, id)
);
CREATE INDEX role_grant_account ON org.role_grant USING btree (region, account_id) WHERE (ended_at IS NULL);
grant insert, select, update on org.role_grant to yingshang_app;

create table org.session (
  region text not null,
  id uuid not null,
  token_hash text not null,
  account_id uuid not null,
  via text not null,
  user_agent text not null default ''::text,
  created_at timestamp with time zone not null,
  last_seen_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  revoked_at timestamp with time zone,
  constraint session_pkey PRIMARY KEY (region, id),
  constraint session_region_account_id_fkey FOREIGN KEY (region, account_id) REFERENCES org.account(region, id),
  constraint session_via_check CHECK ((via = ANY (ARRAY['password'::text, 'oidc'::text])))
);
CREATE INDEX session_account ON org.session USING btree (region, account_id) WHERE (revoked_at IS NULL);
CREATE INDEX session_expiry ON org.session USING btree (region, expires_at);
CREATE UNIQUE INDEX session_token ON org.session USING btree (region, token_hash);
grant delete, insert, select, update on org.session to yingshang_app;

create table org.sign_in_attempt (
  region text not null,
  subject text not null,
  failures integer not null,
  last_at timestamp with time zone not null,
  locked_until timestamp with time zone,
  constraint sign_in_attempt_pkey PRIMARY KEY (region, subject)
);
CREATE INDEX sign_in_attempt_age ON org.sign_in_attempt USING btree (region, last_at);
grant delete, insert, select, update on org.sign_in_attempt to yingshang_app;

create table org.unit (
  region text not null,
  id text not null,
  name text not null,
  full_name text not null,
  kind text not null,
  aliases text[] not null default '{}'::text[],
  hung_names text[] not null default '{}'::text[],
  uscc text not null,
  area_code text not null default ''::text,
  address text not null default ''::text,
  phone text not null default ''::text,
  duty text not null,
  "position" integer not null,
  closed_at timestamp with time zone,
  constraint unit_pkey PRIMARY KEY (region, id),
  constraint unit_kind_check CHECK ((kind = ANY (ARRAY['party'::text, 'government'::text, 'judicial'::text, 'institution'::text, 'enterprise'::text, 'park'::text, 'town'::text])))
);
grant insert, select, update on org.unit to yingshang_app;

-- tasks

create table tasks.alert (
  region text not null,
  id uuid not null,
  at timestamp with time zone not null,
  audience text not null,
  unit_id text not null,
  title text not null,
  words text not null,
  link text not null,
  constraint alert_pkey PRIMARY KEY (region, id),
  constraint alert_audience_check CHECK ((audience = ANY (ARRAY['holder'::text, 'unit-leader'::text, 'supervisor'::text, 'leader'::text])))
);
CREATE INDEX alert_of_unit ON tasks.alert USING btree (region, unit_id, at DESC);
CREATE INDEX alert_recent ON tasks.alert USING btree (region, at DESC);
grant delete, insert, select on tasks.alert to yingshang_app;

create table tasks.calendar_notice (
  region text not null,
  id uuid not null,
  year integer not null,
  document_no text not null,
  document_no_standing text not null default 'unconfirmed'::text,
  title text not null,
  url text,
  days jsonb not null,
  source_text text not null default ''::text,
  state text not null,
  proposed_at timestamp with time zone not null,
  proposed_by uuid,
  proposer_name text not null,
  decided_at timestamp with time zone,
  decided_by uuid,
  decider_name text,
  decision_reason text,
  constraint calendar_notice_pkey PRIMARY KEY (region, id),
  constraint calendar_notice_state_check CHECK ((state = ANY (ARRAY['proposed'::text, 'confirmed'::text, 'rejected'::text, 'replaced'::text])))
);
CREATE INDEX calendar_notice_list ON tasks.calendar_notice USING btree (region, year DESC, proposed_at DESC);
CREATE UNIQUE INDEX calendar_notice_year ON tasks.calendar_notice USING btree (region, year) WHERE (state = 'confirmed'::text);
grant insert, select, update on tasks.calendar_notice to yingshang_app;

create table tasks.escalation (
  region text not null,
  task_id uuid not null,
  rung text not null,
  unit_id text,
  at timestamp with time zone not null,
  due_at timestamp with time zone not null,
  constraint escalation_pkey PRIMARY KEY (region, task_id, rung)
);
CREATE INDEX escalation_recent ON tasks.escalation USING btree (region, at DESC, task_id);
grant insert, select on tasks.escalation to yingshang_app;

create table tasks.event (
  region text not null,
  task_id uuid not null,
  seq integer not null,
  type text not null,
  at timestamp with time zone not null,
  actor_id uuid,
  actor_name text not null,
  payload jsonb not null,
  constraint event_pkey PRIMARY KEY (region, task_id, seq)
);
grant insert, select on tasks.event to yingshang_app;

create table tasks.rulebook (
  region text not null,
  digest text not null,
  changed_at timestamp with time zone not null,
  reason text not null,
  constraint rulebook_pkey PRIMARY KEY (region)
);
grant insert, select, update on tasks.rulebook to yingshang_app;

create table tasks.setting (
  region text not null,
  part text not null,
  content jsonb not null,
  constraint setting_pkey PRIMARY KEY (region, part)
);
grant insert, select, update on tasks.setting to yingshang_app;

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
  reply_due_at timestamp with time zone not null,
  issued_at timestamp with time zone not null,
  issued_by uuid,
  issuer_name text not null,
  state text not null,
  reply_text text,
  replied_at timestamp with time zone,
  replied_by uuid,
  replier_name text,
  closed_at timestamp with time zone,
  closed_by uuid,
  closing_note text,
  rounds integer not null default 1,
  constraint supervision_pkey PRIMARY KEY (region, id),
  constraint supervision_region_number_key UNIQUE (region, number),
  constraint supervision_state_check CHECK ((state = ANY (ARRAY['issued'::text, 'replied'::text, 'closed'::text])))
);
CREATE INDEX supervision_recent ON tasks.supervision USING btree (region, issued_at DESC, id);
CREATE INDEX supervision_task ON tasks.supervision USING btree (region, task_id);
CREATE INDEX supervision_unit ON tasks.supervision USING btree (region, unit_id, issued_at DESC, id);
grant insert, select, update on tasks.supervision to yingshang_app;

create table tasks.tally (
  region text not null,
  unit_id text not null,
  kind text not null,
  mark text not null,
  day date not null,
  n bigint not null,
  constraint tally_mark_check CHECK ((mark = ANY (ARRAY['due'::text, 'yellow'::text, 'stopped'::text, 'onTime'::text, 'late'::text])))
);
CREATE INDEX tally_sum ON tasks.tally USING btree (region, unit_id, mark, day) INCLUDE (kind, n);
grant delete, insert, select on tasks.tally to yingshang_app;

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
  start_at timestamp with time zone not null,
  promised_term text not null,
  statutory_term text,
  basis jsonb not null,
  yellow jsonb,
  ledger jsonb not null,
  due_on date not null,
  due_at timestamp with time zone not null,
  statutory_due_on date,
  statutory_due_at timestamp with time zone,
  yellow_at timestamp with time zone not null,
  stopped_until timestamp with time zone,
  provisional boolean not null,
  calendar_version text not null,
  fired_rungs jsonb not null,
  next_rung_at timestamp with time zone,
  state text not null,
  opened_at timestamp with time zone not null,
  finished_at timestamp with time zone,
  outcome text,
  outcome_reason text,
  finished_by uuid,
  version integer not null,
  constraint task_pkey PRIMARY KEY (region, id),
  constraint task_check CHECK (((unit_id IS NOT NULL) OR (account_id IS NOT NULL))),
  constraint task_check1 CHECK (((state = 'finished'::text) = (finished_at IS NOT NULL))),
  constraint task_check2 CHECK ((yellow_at <= due_at)),
  constraint task_check3 CHECK (((stopped_until IS NULL) OR (stopped_until <= yellow_at))),
  constraint task_state_check CHECK ((state = ANY (ARRAY['open'::text, 'paused'::text, 'finished'::text])))
);
CREATE INDEX task_calendar ON tasks.task USING btree (region, calendar_version, id) WHERE (state <> 'finished'::text);
CREATE INDEX task_done ON tasks.task USING btree (region, unit_id, finished_at DESC, id) WHERE (state = 'finished'::text);
CREATE INDEX task_done_all ON tasks.task USING btree (region, finished_at DESC, id) WHERE (state = 'finished'::text);
CREATE INDEX task_own ON tasks.task USING btree (region, account_id, due_at, id) WHERE ((state <> 'finished'::text) AND (account_id IS NOT NULL));
CREATE INDEX task_queue ON tasks.task USING btree (region, unit_id, due_at, id) WHERE (state <> 'finished'::text);
CREATE INDEX task_queue_all ON tasks.task USING btree (region, due_at, id) WHERE (state <> 'finished'::text);
CREATE INDEX task_rung ON tasks.task USING btree (region, next_rung_at, id) WHERE ((state <> 'finished'::text) AND (next_rung_at IS NOT NULL));
CREATE INDEX task_stopped ON tasks.task USING btree (region, stopped_until) WHERE ((state <> 'finished'::text) AND (stopped_until IS NOT NULL));
CREATE INDEX task_subject ON tasks.task USING btree (region, subject_type, subject_id);
CREATE INDEX task_yellow ON tasks.task USING btree (region, unit_id, yellow_at) WHERE (state <> 'finished'::text);
CREATE TRIGGER task_changed AFTER UPDATE ON tasks.task REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION tasks.keep_tally();
CREATE TRIGGER task_opened AFTER INSERT ON tasks.task REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION tasks.keep_tally();
grant insert, select, update on tasks.task to yingshang_app;

CREATE OR REPLACE FUNCTION tasks.keep_tally()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
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
end $function$;
