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
  matter_type text,
  matter_id uuid,
  used_days numeric(8,1),
  concluded_at timestamp with time zone,
  constraint application_pkey PRIMARY KEY (region, id),
  constraint application_region_no_key UNIQUE (region, no),
  constraint application_matter CHECK (((matter_type IS NULL) = (matter_id IS NULL))),
  constraint application_service_kind_check CHECK ((service_kind = ANY (ARRAY['item'::text, 'bundle'::text]))),
  constraint application_state_check CHECK ((state = ANY (ARRAY['draft'::text, 'filed'::text])))
);
CREATE INDEX application_concluded ON cases.application USING btree (region, service_id, concluded_at) INCLUDE (used_days) WHERE (concluded_at IS NOT NULL);
CREATE INDEX application_of ON cases.application USING btree (region, account_id, updated_at DESC);
CREATE INDEX application_of_matter ON cases.application USING btree (region, matter_type, matter_id, created_at) WHERE (matter_id IS NOT NULL);
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
  matter_type text,
  matter_id uuid,
  used_days numeric(8,1),
  constraint case_file_pkey PRIMARY KEY (region, id),
  constraint case_file_region_no_key UNIQUE (region, no),
  constraint case_file_region_application_id_fkey FOREIGN KEY (region, application_id) REFERENCES cases.application(region, id),
  constraint case_matter CHECK (((matter_type IS NULL) = (matter_id IS NULL)))
);
CREATE INDEX case_accepted ON cases.case_file USING btree (region, accepted_at) WHERE (accepted_at IS NOT NULL);
CREATE INDEX case_accepted_by_silence ON cases.case_file USING btree (region, accepted_at) WHERE (((state -> 'acceptance'::text) ->> 'how'::text) = 'silence'::text);
CREATE INDEX case_decided ON cases.case_file USING btree (region, item_id, concluded_at) INCLUDE (status, used_days) WHERE (concluded_at IS NOT NULL);
CREATE INDEX case_of_account ON cases.case_file USING btree (region, account_id, id);
CREATE INDEX case_of_application ON cases.case_file USING btree (region, application_id);
CREATE INDEX case_of_matter ON cases.case_file USING btree (region, matter_type, matter_id, id) WHERE (matter_id IS NOT NULL);
CREATE INDEX case_of_unit ON cases.case_file USING btree (region, unit_id, filed_at DESC, id);
CREATE INDEX case_recent ON cases.case_file USING btree (region, filed_at DESC, id);
CREATE INDEX case_silent ON cases.case_file USING btree (region, filed_at) WHERE (status = 'filed'::text);
CREATE INDEX case_slowest ON cases.case_file USING btree (region, item_id, used_days DESC NULLS LAST, no) WHERE (concluded_at IS NOT NULL);
CREATE TRIGGER case_counted AFTER INSERT ON cases.case_file REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION cases.keep_figure();
CREATE TRIGGER case_recounted AFTER UPDATE ON cases.case_file FOR EACH ROW WHEN ((((old.concluded_at IS NOT NULL) OR (new.concluded_at IS NOT NULL)) AND ((((old.concluded_at IS DISTINCT FROM new.concluded_at) OR (old.status IS DISTINCT FROM new.status)) OR (old.used_days IS DISTINCT FROM new.used_days)) OR (old.item_id IS DISTINCT FROM new.item_id)))) EXECUTE FUNCTION cases.keep_figure();
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

create table cases.figure (
  region text not null,
  item_id text not null,
  day date not null,
  status text not null,
  used_days numeric(8,1),
  n bigint not null
);
CREATE INDEX figure_sum ON cases.figure USING btree (region, item_id, day) INCLUDE (status, used_days, n);
grant delete, insert, select on cases.figure to yingshang_app;

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
  matter_type text,
  matter_id uuid,
  constraint notice_pkey PRIMARY KEY (region, id),
  constraint notice_matter CHECK (((matter_type IS NULL) = (matter_id IS NULL)))
);
CREATE INDEX notice_of ON cases.notice USING btree (region, account_id, at DESC);
CREATE INDEX notice_of_matter ON cases.notice USING btree (region, matter_type, matter_id, at DESC) WHERE (matter_id IS NOT NULL);
grant insert, select, update on cases.notice to yingshang_app;

create table cases.tracking_miss (
  region text not null,
  application_id uuid not null,
  day date not null,
  misses integer not null,
  constraint tracking_miss_pkey PRIMARY KEY (region, application_id, day),
  constraint tracking_miss_region_application_id_fkey FOREIGN KEY (region, application_id) REFERENCES cases.application(region, id)
);
grant insert, select, update on cases.tracking_miss to yingshang_app;

CREATE OR REPLACE FUNCTION cases.keep_figure()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if tg_op = 'INSERT' then
    insert into cases.figure (region, item_id, day, status, used_days, n)
    select region, item_id, (concluded_at at time zone 'UTC' + interval '8 hours')::date, status, used_days, count(*)
    from new_rows where concluded_at is not null group by 1, 2, 3, 4, 5;
    return null;
  end if;
  if old.concluded_at is not null then
    insert into cases.figure values (old.region, old.item_id, (old.concluded_at at time zone 'UTC' + interval '8 hours')::date, old.status, old.used_days, -1);
  end if;
  if new.concluded_at is not null then
    insert into cases.figure values (new.region, new.item_id, (new.concluded_at at time zone 'UTC' + interval '8 hours')::date, new.status, new.used_days, 1);
  end if;
  return null;
end $function$;

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

-- hotline

create table hotline.attachment (
  region text not null,
  id uuid not null,
  ticket_id uuid,
  sha256 text not null,
  name text not null,
  type text not null,
  size bigint not null,
  side text not null,
  account_id uuid,
  unit_id text,
  released boolean not null default false,
  uploaded_at timestamp with time zone not null,
  constraint attachment_pkey PRIMARY KEY (region, id),
  constraint attachment_region_ticket_id_fkey FOREIGN KEY (region, ticket_id) REFERENCES hotline.ticket(region, id),
  constraint attachment_side_check CHECK ((side = ANY (ARRAY['caller'::text, 'unit'::text, 'desk'::text])))
);
CREATE INDEX attachment_ticket ON hotline.attachment USING btree (region, ticket_id);
grant insert, select, update on hotline.attachment to yingshang_app;

create table hotline.caller (
  region text not null,
  id uuid not null,
  ticket_id uuid not null,
  role text not null,
  account_id uuid,
  uscc text,
  name_sealed text,
  phone_sealed text,
  phone_index text,
  email_sealed text,
  original_sealed text not null,
  code_index text not null,
  at timestamp with time zone not null,
  constraint caller_pkey PRIMARY KEY (region, id),
  constraint caller_region_ticket_id_fkey FOREIGN KEY (region, ticket_id) REFERENCES hotline.ticket(region, id),
  constraint caller_role_check CHECK ((role = ANY (ARRAY['caller'::text, 'joiner'::text])))
);
CREATE INDEX caller_account ON hotline.caller USING btree (region, account_id, at) WHERE (account_id IS NOT NULL);
CREATE INDEX caller_phone ON hotline.caller USING btree (region, phone_index, at) WHERE (phone_index IS NOT NULL);
CREATE INDEX caller_ticket ON hotline.caller USING btree (region, ticket_id);
CREATE INDEX caller_uscc ON hotline.caller USING btree (region, uscc, at) WHERE (uscc IS NOT NULL);
grant insert, select, update on hotline.caller to yingshang_app;

create table hotline.entry (
  region text not null,
  id uuid not null,
  slug text,
  title text not null,
  answer text not null,
  keywords jsonb not null default '[]'::jsonb,
  unit_id text not null,
  source_title text not null,
  source_no text not null,
  item_id text not null default ''::text,
  valid_from date not null,
  valid_until date,
  verified_on date not null,
  state text not null,
  flag text not null default ''::text,
  ticket_id uuid,
  task_id uuid,
  version integer not null default 1,
  proposed_by text not null default ''::text,
  proposed_by_id uuid,
  reviewed_by text not null default ''::text,
  updated_at timestamp with time zone not null,
  constraint entry_pkey PRIMARY KEY (region, id),
  constraint entry_region_slug_key UNIQUE (region, slug),
  constraint entry_state_check CHECK ((state = ANY (ARRAY['proposed'::text, 'published'::text, 'flagged'::text, 'withdrawn'::text])))
);
CREATE INDEX entry_source ON hotline.entry USING btree (region, source_no) WHERE (source_no <> ''::text);
CREATE INDEX entry_state ON hotline.entry USING btree (region, state, unit_id, verified_on);
grant insert, select, update on hotline.entry to yingshang_app;

create table hotline.entry_event (
  region text not null,
  entry_id uuid not null,
  version integer not null,
  at timestamp with time zone not null,
  what text not null,
  actor_id uuid,
  actor_name text not null,
  body jsonb not null,
  constraint entry_event_pkey PRIMARY KEY (region, entry_id, version),
  constraint entry_event_region_entry_id_fkey FOREIGN KEY (region, entry_id) REFERENCES hotline.entry(region, id)
);
grant insert, select on hotline.entry_event to yingshang_app;

create table hotline.entry_use (
  region text not null,
  id uuid not null,
  entry_id uuid not null,
  at timestamp with time zone not null,
  kind text not null,
  channel text not null,
  constraint entry_use_pkey PRIMARY KEY (region, id),
  constraint entry_use_region_entry_id_fkey FOREIGN KEY (region, entry_id) REFERENCES hotline.entry(region, id),
  constraint entry_use_kind_check CHECK ((kind = ANY (ARRAY['used'::text, 'unhelpful'::text])))
);
CREATE INDEX entry_use_entry ON hotline.entry_use USING btree (region, entry_id, kind, at);
grant insert, select on hotline.entry_use to yingshang_app;

create table hotline.lesson (
  region text not null,
  id uuid not null,
  ticket_id uuid not null,
  unit_id text not null,
  verdict text not null,
  at timestamp with time zone not null,
  constraint lesson_pkey PRIMARY KEY (region, id),
  constraint lesson_region_ticket_id_unit_id_verdict_key UNIQUE (region, ticket_id, unit_id, verdict),
  constraint lesson_region_ticket_id_fkey FOREIGN KEY (region, ticket_id) REFERENCES hotline.ticket(region, id),
  constraint lesson_verdict_check CHECK ((verdict = ANY (ARRAY['confirmed'::text, 'returned'::text])))
);
CREATE INDEX lesson_when ON hotline.lesson USING btree (region, at, id);
grant insert, select on hotline.lesson to yingshang_app;

create table hotline.mark (
  region text not null,
  name text not null,
  value bigint not null,
  constraint mark_pkey PRIMARY KEY (region, name)
);
grant insert, select, update on hotline.mark to yingshang_app;

create table hotline.message (
  region text not null,
  id uuid not null,
  ticket_id uuid not null,
  title text not null,
  body text not null,
  at timestamp with time zone not null,
  constraint message_pkey PRIMARY KEY (region, id),
  constraint message_region_ticket_id_fkey FOREIGN KEY (region, ticket_id) REFERENCES hotline.ticket(region, id)
);
CREATE INDEX message_ticket ON hotline.message USING btree (region, ticket_id, at);
grant insert, select on hotline.message to yingshang_app;

create table hotline.model (
  region text not null,
  name text not null,
  content bytea not null,
  trained_rows integer not null,
  calibration jsonb not null,
  trained_at timestamp with time zone not null,
  constraint model_pkey PRIMARY KEY (region, name)
);
grant insert, select, update on hotline.model to yingshang_app;

create table hotline.remedy (
  region text not null,
  id uuid not null,
  cause_kind text not null,
  cause_subject text not null,
  owner_unit text not null,
  tickets integer not null,
  task_id uuid,
  opened_at timestamp with time zone not null,
  done_at timestamp with time zone,
  done_by text not null default ''::text,
  measure text not null default ''::text,
  constraint remedy_pkey PRIMARY KEY (region, id)
);
CREATE INDEX remedy_cause ON hotline.remedy USING btree (region, cause_kind, cause_subject, opened_at);
grant insert, select, update on hotline.remedy to yingshang_app;

create table hotline.supervised (
  region text not null,
  id uuid not null,
  trigger_id text not null,
  subject text not null,
  ticket_id uuid,
  unit_id text not null,
  colour text not null,
  slip_id uuid,
  slip_no text not null default ''::text,
  reason text not null,
  at timestamp with time zone not null,
  constraint supervised_pkey PRIMARY KEY (region, id),
  constraint supervised_region_trigger_id_subject_key UNIQUE (region, trigger_id, subject)
);
CREATE INDEX supervised_when ON hotline.supervised USING btree (region, at);
grant insert, select, update on hotline.supervised to yingshang_app;

create table hotline.ticket (
  region text not null,
  id uuid not null,
  no text not null,
  status text not null,
  class text not null,
  urgency text not null,
  channel text not null,
  town text not null,
  topic text not null,
  matter text not null,
  title text not null,
  lead_unit text,
  handlers text[] not null default '{}'::text[],
  readers text[] not null default '{}'::text[],
  confidential boolean not null,
  enterprise boolean not null,
  registered_at timestamp with time zone not null,
  first_dispatched_at timestamp with time zone,
  dispatched_at timestamp with time zone,
  signed_at timestamp with time zone,
  contacted_at timestamp with time zone,
  due_at timestamp with time zone,
  replied_at timestamp with time zone,
  closed_at timestamp with time zone,
  outcome text,
  solved boolean,
  satisfaction smallint,
  excluded text,
  returns integer not null default 0,
  reopens integer not null default 0,
  repeats integer not null default 0,
  cause_kind text,
  cause_subject text,
  state jsonb not null,
  tasks jsonb not null default '{}'::jsonb,
  version integer not null,
  updated_at timestamp with time zone not null,
  barred text[] not null default '{}'::text[],
  constraint ticket_pkey PRIMARY KEY (region, id),
  constraint ticket_region_no_key UNIQUE (region, no)
);
CREATE INDEX ticket_cause ON hotline.ticket USING btree (region, cause_kind, cause_subject, closed_at) WHERE (cause_kind IS NOT NULL);
CREATE INDEX ticket_lead ON hotline.ticket USING btree (region, lead_unit, first_dispatched_at);
CREATE INDEX ticket_queue ON hotline.ticket USING btree (region, status, due_at, id);
CREATE INDEX ticket_readers ON hotline.ticket USING gin (readers);
CREATE INDEX ticket_topic ON hotline.ticket USING btree (region, topic, town, registered_at);
CREATE INDEX ticket_updated ON hotline.ticket USING btree (region, updated_at);
CREATE INDEX ticket_when ON hotline.ticket USING btree (region, registered_at, id);
grant insert, select, update on hotline.ticket to yingshang_app;

create table hotline.ticket_event (
  region text not null,
  ticket_id uuid not null,
  seq integer not null,
  at timestamp with time zone not null,
  type text not null,
  actor_id uuid,
  actor_name text not null,
  unit_id text,
  body jsonb not null,
  constraint ticket_event_pkey PRIMARY KEY (region, ticket_id, seq),
  constraint ticket_event_region_ticket_id_fkey FOREIGN KEY (region, ticket_id) REFERENCES hotline.ticket(region, id)
);
CREATE INDEX ticket_event_when ON hotline.ticket_event USING btree (region, type, at);
grant insert, select on hotline.ticket_event to yingshang_app;

create table hotline.told (
  region text not null,
  id uuid not null,
  at timestamp with time zone not null,
  hint text not null,
  kind text not null,
  channel text not null,
  constraint told_pkey PRIMARY KEY (region, id),
  constraint told_kind_check CHECK ((kind = ANY (ARRAY['emergency'::text, 'elsewhere'::text, 'knowledge'::text, 'repeat'::text])))
);
CREATE INDEX told_when ON hotline.told USING btree (region, at);
grant insert, select on hotline.told to yingshang_app;

create table hotline.visit (
  region text not null,
  id uuid not null,
  uscc text not null,
  enterprise_name text not null,
  unit_id text not null,
  visited_on date not null,
  visitors text not null,
  notes text not null,
  requests jsonb not null default '[]'::jsonb,
  recorded_by uuid,
  recorded_at timestamp with time zone not null,
  constraint visit_pkey PRIMARY KEY (region, id)
);
CREATE INDEX visit_when ON hotline.visit USING btree (region, visited_on, id);
grant insert, select, update on hotline.visit to yingshang_app;

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
CREATE INDEX delivery_next ON kernel.delivery USING btree (region, due_at, event_id) WHERE (done_at IS NULL);
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

-- land

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
  area jsonb not null,
  area_mu numeric(12,2) not null,
  excluded_uses jsonb not null default '[]'::jsonb,
  exceptions jsonb not null default '[]'::jsonb,
  conditions text not null default ''::text,
  document_id uuid,
  unit_id text not null,
  state text not null,
  replaces uuid,
  drafted_by uuid,
  drafted_name text not null,
  drafted_at timestamp with time zone not null,
  published_by uuid,
  published_name text,
  published_at timestamp with time zone,
  superseded_at timestamp with time zone,
  task_id uuid,
  revision integer not null default 1,
  constraint assessment_pkey PRIMARY KEY (region, id),
  constraint assessment_region_document_id_fkey FOREIGN KEY (region, document_id) REFERENCES land.document(region, id),
  constraint assessment_region_replaces_fkey FOREIGN KEY (region, replaces) REFERENCES land.assessment(region, id),
  constraint assessment_state_check CHECK ((state = ANY (ARRAY['draft'::text, 'published'::text, 'superseded'::text])))
);
CREATE INDEX assessment_state ON land.assessment USING btree (region, state, kind, valid_until);
grant delete, insert, select, update on land.assessment to yingshang_app;

create table land.assessment_reuse (
  region text not null,
  assessment_id uuid not null,
  subject_type text not null,
  subject_id text not null,
  subject_no text not null,
  subject_name text not null,
  at timestamp with time zone not null,
  recorded_by text not null,
  constraint assessment_reuse_pkey PRIMARY KEY (region, assessment_id, subject_type, subject_id),
  constraint assessment_reuse_region_assessment_id_fkey FOREIGN KEY (region, assessment_id) REFERENCES land.assessment(region, id)
);
CREATE INDEX assessment_reuse_recent ON land.assessment_reuse USING btree (region, assessment_id, at DESC);
grant insert, select on land.assessment_reuse to yingshang_app;

create table land.document (
  region text not null,
  id uuid not null,
  sha256 text not null,
  name text not null,
  type text not null,
  size bigint not null,
  unit_id text,
  uploaded_by uuid,
  uploaded_at timestamp with time zone not null,
  constraint document_pkey PRIMARY KEY (region, id)
);
grant insert, select on land.document to yingshang_app;

create table land.figure (
  region text not null,
  year integer not null,
  uscc text not null,
  enterprise_name text not null,
  figures jsonb not null,
  exemption text,
  last_grade text,
  state text not null,
  declared_by_firm boolean not null,
  declared_name text not null,
  declared_at timestamp with time zone not null,
  checked_name text,
  checked_at timestamp with time zone,
  remark text not null default ''::text,
  task_id uuid,
  revision integer not null default 1,
  constraint figure_pkey PRIMARY KEY (region, year, uscc),
  constraint figure_state_check CHECK ((state = ANY (ARRAY['declared'::text, 'returned'::text, 'checked'::text])))
);
CREATE INDEX figure_of_firm ON land.figure USING btree (region, uscc, year DESC);
grant insert, select, update on land.figure to yingshang_app;

create table land.grade (
  region text not null,
  ranking_id uuid not null,
  uscc text not null,
  enterprise_name text not null,
  place integer,
  score numeric(8,2),
  grade text,
  components jsonb not null,
  why text not null,
  constraint grade_pkey PRIMARY KEY (region, ranking_id, uscc),
  constraint grade_region_ranking_id_fkey FOREIGN KEY (region, ranking_id) REFERENCES land.ranking(region, id)
);
CREATE INDEX grade_place ON land.grade USING btree (region, ranking_id, place, uscc);
grant insert, select on land.grade to yingshang_app;

create table land.idle_land (
  region text not null,
  id uuid not null,
  kind text not null,
  name text not null,
  location text not null,
  area_mu numeric(12,2) not null,
  since date not null,
  cause text not null,
  unit_id text not null,
  measures jsonb not null default '[]'::jsonb,
  closed_at timestamp with time zone,
  outcome text,
  task_id uuid,
  version integer not null default 1,
  constraint idle_land_pkey PRIMARY KEY (region, id),
  constraint idle_land_kind_check CHECK ((kind = ANY (ARRAY['unsupplied'::text, 'idle'::text])))
);
CREATE INDEX idle_land_open ON land.idle_land USING btree (region, unit_id, since) WHERE (closed_at IS NULL);
grant insert, select, update on land.idle_land to yingshang_app;

create table land.objection (
  region text not null,
  id uuid not null,
  ranking_id uuid not null,
  uscc text not null,
  enterprise_name text not null,
  account_id uuid,
  grounds text not null,
  filed_at timestamp with time zone not null,
  task_id uuid,
  outcome text,
  decision text,
  decided_at timestamp with time zone,
  decided_name text,
  constraint objection_pkey PRIMARY KEY (region, id),
  constraint objection_region_ranking_id_fkey FOREIGN KEY (region, ranking_id) REFERENCES land.ranking(region, id),
  constraint objection_outcome_check CHECK ((outcome = ANY (ARRAY['upheld'::text, 'rejected'::text])))
);
CREATE UNIQUE INDEX objection_open ON land.objection USING btree (region, ranking_id, uscc) WHERE (outcome IS NULL);
CREATE INDEX objection_recent ON land.objection USING btree (region, filed_at DESC);
grant insert, select, update on land.objection to yingshang_app;

create table land.plot (
  region text not null,
  id uuid not null,
  no text not null,
  name text not null,
  unit_id text not null,
  town text not null,
  land_use text not null,
  area_mu numeric(12,2) not null,
  status text not null,
  on_offer boolean not null,
  uscc text,
  open_breaches integer not null,
  concluded boolean not null,
  state jsonb not null,
  tasks jsonb not null default '{}'::jsonb,
  version integer not null,
  updated_at timestamp with time zone not null,
  constraint plot_pkey PRIMARY KEY (region, id),
  constraint plot_region_no_key UNIQUE (region, no),
  constraint plot_status_check CHECK ((status = ANY (ARRAY['standard-set'::text, 'granted'::text, 'promised'::text, 'built'::text, 'accepted'::text])))
);
CREATE INDEX plot_of_firm ON land.plot USING btree (region, uscc) WHERE (uscc IS NOT NULL);
CREATE INDEX plot_status ON land.plot USING btree (region, status, no);
grant insert, select, update on land.plot to yingshang_app;

create table land.plot_event (
  region text not null,
  plot_id uuid not null,
  seq integer not null,
  at timestamp with time zone not null,
  type text not null,
  actor_id uuid,
  actor_name text not null,
  unit_id text,
  body jsonb not null,
  constraint plot_event_pkey PRIMARY KEY (region, plot_id, seq),
  constraint plot_event_region_plot_id_fkey FOREIGN KEY (region, plot_id) REFERENCES land.plot(region, id)
);
grant insert, select on land.plot_event to yingshang_app;

create table land.ranking (
  region text not null,
  id uuid not null,
  year integer not null,
  version integer not null,
  rules jsonb not null,
  benchmarks jsonb not null,
  ranked integer not null,
  published_at timestamp with time zone not null,
  published_name text not null,
  object_until date not null,
  reason text not null,
  constraint ranking_pkey PRIMARY KEY (region, id),
  constraint ranking_region_year_version_key UNIQUE (region, year, version)
);
grant insert, select on land.ranking to yingshang_app;

-- licences

create table licences.access (
  region text not null,
  id uuid not null,
  licence_id uuid not null,
  at timestamp with time zone not null,
  use_id uuid,
  case_id uuid,
  unit_id text,
  actor_id uuid,
  actor_name text not null,
  given text not null,
  fields jsonb not null default '[]'::jsonb,
  purpose text not null,
  ground text not null,
  basis text not null default ''::text,
  copy_no text,
  copy_sha256 text,
  constraint access_pkey PRIMARY KEY (region, id),
  constraint access_region_licence_id_fkey FOREIGN KEY (region, licence_id) REFERENCES licences.licence(region, id),
  constraint access_given_check CHECK ((given = ANY (ARRAY['file'::text, 'fields'::text, 'answer'::text, 'copy'::text])))
);
CREATE INDEX access_of_licence ON licences.access USING btree (region, licence_id, at DESC, id);
CREATE INDEX access_of_use ON licences.access USING btree (region, use_id, at) WHERE (use_id IS NOT NULL);
grant insert, select on licences.access to yingshang_app;

create table licences.key_pair (
  region text not null,
  id uuid not null,
  purpose text not null,
  unit_id text,
  sealed_key text not null,
  certificate bytea not null,
  serial text not null,
  not_before timestamp with time zone not null,
  not_after timestamp with time zone not null,
  created_at timestamp with time zone not null,
  revoked_at timestamp with time zone,
  revocation_reason text,
  constraint key_pair_pkey PRIMARY KEY (region, id),
  constraint key_pair_region_serial_key UNIQUE (region, serial),
  constraint key_pair_purpose_check CHECK ((purpose = ANY (ARRAY['root'::text, 'maker'::text, 'signer'::text, 'stamper'::text])))
);
CREATE INDEX key_pair_in_use ON licences.key_pair USING btree (region, purpose, not_after) WHERE (revoked_at IS NULL);
grant insert, select, update on licences.key_pair to yingshang_app;

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
  holder_kind text not null,
  holder_label text not null,
  holder_name_index text not null,
  holder_number_index text,
  subject_index text,
  account_id uuid,
  case_id uuid,
  application_id uuid,
  status text not null,
  held_until date,
  issued_on date not null,
  valid_from date not null,
  valid_until date,
  predecessor uuid,
  ofd_sha256 text not null,
  pdf_sha256 text not null,
  state jsonb not null,
  events integer not null,
  updated_at timestamp with time zone not null,
  constraint licence_pkey PRIMARY KEY (region, id),
  constraint licence_region_identifier_key UNIQUE (region, identifier),
  constraint licence_region_type_id_issuer_id_serial_version_key UNIQUE (region, type_id, issuer_id, serial, version),
  constraint licence_region_predecessor_fkey FOREIGN KEY (region, predecessor) REFERENCES licences.licence(region, id),
  constraint licence_holder_kind_check CHECK ((holder_kind = ANY (ARRAY['firm'::text, 'person'::text]))),
  constraint licence_status_check CHECK ((status = ANY (ARRAY['valid'::text, 'held'::text, 'revoked'::text, 'rescinded'::text, 'cancelled'::text, 'replaced'::text])))
);
CREATE INDEX licence_of_account ON licences.licence USING btree (region, account_id) WHERE (account_id IS NOT NULL);
CREATE INDEX licence_of_application ON licences.licence USING btree (region, application_id) WHERE (application_id IS NOT NULL);
CREATE UNIQUE INDEX licence_of_case ON licences.licence USING btree (region, case_id) WHERE (case_id IS NOT NULL);
CREATE INDEX licence_of_files ON licences.licence USING btree (region, ofd_sha256);
CREATE INDEX licence_of_holder ON licences.licence USING btree (region, holder_number_index) WHERE (holder_number_index IS NOT NULL);
CREATE INDEX licence_of_name ON licences.licence USING btree (region, holder_name_index);
CREATE INDEX licence_of_number ON licences.licence USING btree (region, number);
CREATE INDEX licence_of_pdf ON licences.licence USING btree (region, pdf_sha256);
CREATE UNIQUE INDEX licence_of_subject ON licences.licence USING btree (region, type_id, subject_index) WHERE ((subject_index IS NOT NULL) AND (status = ANY (ARRAY['valid'::text, 'held'::text])));
CREATE INDEX licence_recent ON licences.licence USING btree (region, issuer_id, issued_on DESC, id);
grant insert, select, update on licences.licence to yingshang_app;

create table licences.licence_event (
  region text not null,
  licence_id uuid not null,
  seq integer not null,
  at timestamp with time zone not null,
  type text not null,
  actor_id uuid,
  actor_name text not null,
  unit_id text,
  body jsonb not null,
  constraint licence_event_pkey PRIMARY KEY (region, licence_id, seq),
  constraint licence_event_region_licence_id_fkey FOREIGN KEY (region, licence_id) REFERENCES licences.licence(region, id)
);
grant insert, select on licences.licence_event to yingshang_app;

create table licences.licence_type (
  region text not null,
  id text not null,
  name text not null,
  latest integer not null,
  published integer,
  draft integer,
  constraint licence_type_pkey PRIMARY KEY (region, id)
);
grant insert, select, update on licences.licence_type to yingshang_app;

create table licences.paper (
  region text not null,
  id uuid not null,
  batch_id uuid not null,
  row_no integer not null,
  type_id text not null,
  issuer_id text not null,
  number text not null,
  holder_kind text not null,
  holder_label text not null,
  sealed text not null,
  issued_on date not null,
  scans jsonb not null default '[]'::jsonb,
  status text not null,
  entered_at timestamp with time zone not null,
  entered_by uuid,
  entered_name text not null,
  decided_at timestamp with time zone,
  decided_by uuid,
  decided_name text not null default ''::text,
  decision text not null default ''::text,
  licence_id uuid,
  constraint paper_pkey PRIMARY KEY (region, id),
  constraint paper_region_licence_id_fkey FOREIGN KEY (region, licence_id) REFERENCES licences.licence(region, id),
  constraint paper_holder_kind_check CHECK ((holder_kind = ANY (ARRAY['firm'::text, 'person'::text]))),
  constraint paper_status_check CHECK ((status = ANY (ARRAY['entered'::text, 'checked'::text, 'rejected'::text])))
);
CREATE UNIQUE INDEX paper_once ON licences.paper USING btree (region, type_id, issuer_id, number) WHERE (status <> 'rejected'::text);
CREATE INDEX paper_waiting ON licences.paper USING btree (region, issuer_id, status, entered_at);
grant insert, select, update on licences.paper to yingshang_app;

create table licences.push (
  region text not null,
  licence_id uuid not null,
  revision integer not null,
  queued_at timestamp with time zone not null,
  next_at timestamp with time zone not null,
  attempts integer not null default 0,
  last_error text not null default ''::text,
  done_at timestamp with time zone,
  receipt jsonb,
  constraint push_pkey PRIMARY KEY (region, licence_id, revision),
  constraint push_region_licence_id_fkey FOREIGN KEY (region, licence_id) REFERENCES licences.licence(region, id)
);
CREATE INDEX push_done ON licences.push USING btree (region, done_at DESC) WHERE (done_at IS NOT NULL);
CREATE INDEX push_due ON licences.push USING btree (region, next_at) WHERE (done_at IS NULL);
grant insert, select, update on licences.push to yingshang_app;

create table licences.reliance (
  region text not null,
  case_id uuid not null,
  material text not null,
  licence_id uuid not null,
  identifier text not null,
  version integer not null,
  at timestamp with time zone not null,
  constraint reliance_pkey PRIMARY KEY (region, case_id, material),
  constraint reliance_region_licence_id_fkey FOREIGN KEY (region, licence_id) REFERENCES licences.licence(region, id)
);
CREATE INDEX reliance_of_licence ON licences.reliance USING btree (region, licence_id);
grant insert, select on licences.reliance to yingshang_app;

create table licences.revocation_list (
  region text not null,
  number integer not null,
  issued_at timestamp with time zone not null,
  next_update timestamp with time zone not null,
  list bytea not null,
  constraint revocation_list_pkey PRIMARY KEY (region, number)
);
grant insert, select on licences.revocation_list to yingshang_app;

create table licences.sealing (
  region text not null,
  id uuid not null,
  stamp_id uuid not null,
  at timestamp with time zone not null,
  subject_type text not null,
  subject_id text not null,
  format text not null,
  sha256 text not null,
  actor_id uuid,
  actor_name text not null,
  reason text not null,
  constraint sealing_pkey PRIMARY KEY (region, id),
  constraint sealing_region_stamp_id_fkey FOREIGN KEY (region, stamp_id) REFERENCES licences.stamp(region, id),
  constraint sealing_format_check CHECK ((format = ANY (ARRAY['ofd'::text, 'pdf'::text])))
);
CREATE INDEX sealing_of_stamp ON licences.sealing USING btree (region, stamp_id, at DESC);
CREATE INDEX sealing_of_subject ON licences.sealing USING btree (region, subject_type, subject_id);
grant insert, select on licences.sealing to yingshang_app;

create table licences.serial (
  region text not null,
  type_code text not null,
  issuer_code text not null,
  period text not null,
  last integer not null,
  constraint serial_pkey PRIMARY KEY (region, type_code, issuer_code, period)
);
grant insert, select, update on licences.serial to yingshang_app;

create table licences.stamp (
  region text not null,
  id uuid not null,
  no text not null,
  unit_id text not null,
  kind text not null,
  wording text not null,
  line text not null default ''::text,
  diameter numeric(4,1) not null,
  types jsonb not null default '[]'::jsonb,
  appliers jsonb not null default '[]'::jsonb,
  state text not null,
  valid_from timestamp with time zone not null,
  valid_until timestamp with time zone not null,
  key_id uuid,
  body bytea,
  replaces uuid,
  reason text not null,
  requested_by uuid,
  requested_name text not null,
  requested_at timestamp with time zone not null,
  decided_by uuid,
  decided_name text,
  decided_at timestamp with time zone,
  decision text not null default ''::text,
  ended_at timestamp with time zone,
  ended_name text,
  end_reason text not null default ''::text,
  constraint stamp_pkey PRIMARY KEY (region, id),
  constraint stamp_region_no_key UNIQUE (region, no),
  constraint stamp_region_key_id_fkey FOREIGN KEY (region, key_id) REFERENCES licences.key_pair(region, id),
  constraint stamp_region_replaces_fkey FOREIGN KEY (region, replaces) REFERENCES licences.stamp(region, id),
  constraint stamp_state_check CHECK ((state = ANY (ARRAY['requested'::text, 'refused'::text, 'released'::text, 'revoked'::text, 'replaced'::text])))
);
CREATE INDEX stamp_of_unit ON licences.stamp USING btree (region, unit_id, kind) WHERE (state = 'released'::text);
grant insert, select, update on licences.stamp to yingshang_app;

create table licences.type_version (
  region text not null,
  id text not null,
  version integer not null,
  state text not null,
  definition jsonb not null,
  digest text not null,
  origin text not null,
  note text not null default ''::text,
  saved_at timestamp with time zone not null,
  saved_by uuid,
  saved_by_name text not null,
  published_at timestamp with time zone,
  published_by uuid,
  published_by_name text not null default ''::text,
  constraint type_version_pkey PRIMARY KEY (region, id, version),
  constraint type_version_region_id_fkey FOREIGN KEY (region, id) REFERENCES licences.licence_type(region, id),
  constraint type_version_origin_check CHECK ((origin = ANY (ARRAY['county'::text, 'staff'::text]))),
  constraint type_version_state_check CHECK ((state = ANY (ARRAY['draft'::text, 'published'::text, 'superseded'::text])))
);
grant insert, select, update on licences.type_version to yingshang_app;

create table licences.use_event (
  region text not null,
  use_id uuid not null,
  seq integer not null,
  at timestamp with time zone not null,
  actor_id uuid,
  actor_name text not null,
  body jsonb not null,
  constraint use_event_pkey PRIMARY KEY (region, use_id, seq),
  constraint use_event_region_use_id_fkey FOREIGN KEY (region, use_id) REFERENCES licences.use_request(region, id)
);
grant insert, select on licences.use_event to yingshang_app;

create table licences.use_request (
  region text not null,
  id uuid not null,
  no text not null,
  licence_id uuid not null,
  unit_id text not null,
  status text not null,
  until date not null,
  state jsonb not null,
  events integer not null,
  asked_at timestamp with time zone not null,
  constraint use_request_pkey PRIMARY KEY (region, id),
  constraint use_request_region_no_key UNIQUE (region, no),
  constraint use_request_region_licence_id_fkey FOREIGN KEY (region, licence_id) REFERENCES licences.licence(region, id),
  constraint use_request_status_check CHECK ((status = ANY (ARRAY['asked'::text, 'allowed'::text, 'refused'::text, 'withdrawn'::text, 'cancelled'::text])))
);
CREATE INDEX use_request_of_licence ON licences.use_request USING btree (region, licence_id, asked_at DESC);
CREATE INDEX use_request_of_unit ON licences.use_request USING btree (region, unit_id, asked_at DESC);
grant insert, select, update on licences.use_request to yingshang_app;

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

-- plans

create table plans.appeal (
  region text not null,
  id uuid not null,
  appraisal_id uuid not null,
  unit_id text not null,
  evidence text not null,
  reason text not null,
  documents jsonb not null,
  state text not null,
  task_id uuid not null,
  submitted_at timestamp with time zone not null,
  submitted_by uuid,
  submitter_name text not null,
  decided_at timestamp with time zone,
  decided_by uuid,
  decider_name text,
  decision text,
  constraint appeal_pkey PRIMARY KEY (region, id),
  constraint appeal_region_appraisal_id_unit_id_evidence_key UNIQUE (region, appraisal_id, unit_id, evidence),
  constraint appeal_region_appraisal_id_fkey FOREIGN KEY (region, appraisal_id) REFERENCES plans.appraisal(region, id),
  constraint appeal_state_check CHECK ((state = ANY (ARRAY['submitted'::text, 'upheld'::text, 'rejected'::text])))
);
grant insert, select, update on plans.appeal to yingshang_app;

create table plans.appraisal (
  region text not null,
  id uuid not null,
  plan_id uuid not null,
  period text not null,
  scheme jsonb not null,
  state text not null,
  appeals_until date,
  table_frozen jsonb,
  digest text,
  frozen_at timestamp with time zone,
  frozen_by uuid,
  freezer_name text,
  signed_at timestamp with time zone,
  signed_by uuid,
  signer_name text,
  created_at timestamp with time zone not null,
  constraint appraisal_pkey PRIMARY KEY (region, id),
  constraint appraisal_region_period_key UNIQUE (region, period),
  constraint appraisal_region_plan_id_fkey FOREIGN KEY (region, plan_id) REFERENCES plans.plan(region, id),
  constraint appraisal_state_check CHECK ((state = ANY (ARRAY['open'::text, 'frozen'::text, 'signed'::text])))
);
grant insert, select, update on plans.appraisal to yingshang_app;

create table plans.document (
  region text not null,
  id uuid not null,
  name text not null,
  sha256 text not null,
  text text not null,
  head jsonb not null,
  areas jsonb not null,
  warnings jsonb not null,
  state text not null,
  plan_id uuid,
  read_at timestamp with time zone not null,
  read_by uuid,
  reader_name text not null,
  constraint document_pkey PRIMARY KEY (region, id),
  constraint document_state_check CHECK ((state = ANY (ARRAY['review'::text, 'entered'::text, 'dropped'::text])))
);
CREATE INDEX document_recent ON plans.document USING btree (region, read_at DESC, id);
grant insert, select, update on plans.document to yingshang_app;

create table plans.measure (
  region text not null,
  id uuid not null,
  plan_id uuid not null,
  kind text not null,
  no text not null,
  "position" integer not null,
  title text not null,
  summary text not null,
  area integer,
  leads text[] not null,
  implied_lead boolean not null,
  supporters text[] not null,
  collectives text[] not null,
  sponsors text[] not null,
  starts_on date not null,
  deadline date not null,
  original_deadline date not null,
  progress integer not null,
  milestones jsonb not null,
  suspended_at timestamp with time zone,
  written_off_on date,
  light text not null,
  light_why text not null,
  version integer not null,
  constraint measure_pkey PRIMARY KEY (region, id),
  constraint measure_region_plan_id_kind_no_key UNIQUE (region, plan_id, kind, no),
  constraint measure_region_plan_id_fkey FOREIGN KEY (region, plan_id) REFERENCES plans.plan(region, id),
  constraint measure_kind_check CHECK ((kind = ANY (ARRAY['measure'::text, 'subItem'::text]))),
  constraint measure_progress_check CHECK (((progress >= 0) AND (progress <= 100)))
);
CREATE INDEX measure_leads ON plans.measure USING gin (leads);
CREATE INDEX measure_list ON plans.measure USING btree (region, plan_id, "position");
CREATE INDEX measure_supporters ON plans.measure USING gin (supporters);
grant insert, select, update on plans.measure to yingshang_app;

create table plans.measure_event (
  region text not null,
  measure_id uuid not null,
  seq integer not null,
  at timestamp with time zone not null,
  type text not null,
  actor_id uuid,
  actor_name text not null,
  unit_id text,
  body jsonb not null,
  constraint measure_event_pkey PRIMARY KEY (region, measure_id, seq),
  constraint measure_event_region_measure_id_fkey FOREIGN KEY (region, measure_id) REFERENCES plans.measure(region, id)
);
grant insert, select on plans.measure_event to yingshang_app;

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
  state text not null,
  areas jsonb not null,
  settings jsonb not null,
  source text not null,
  previous_id uuid,
  created_at timestamp with time zone not null,
  created_by uuid,
  constraint plan_pkey PRIMARY KEY (region, id),
  constraint plan_region_year_version_key UNIQUE (region, year, version),
  constraint plan_state_check CHECK ((state = ANY (ARRAY['current'::text, 'superseded'::text])))
);
CREATE UNIQUE INDEX plan_current ON plans.plan USING btree (region, year) WHERE (state = 'current'::text);
grant insert, select, update on plans.plan to yingshang_app;

create table plans.reading (
  region text not null,
  id uuid not null,
  target_id uuid not null,
  on_day date not null,
  how text not null,
  value numeric,
  other_value numeric,
  numerator numeric,
  denominator numeric,
  excluded jsonb not null,
  note text not null,
  evidence jsonb not null,
  state text not null,
  at timestamp with time zone not null,
  by_account uuid,
  by_name text not null,
  unit_id text,
  decided_at timestamp with time zone,
  decided_by uuid,
  decider_name text,
  decision text,
  constraint reading_pkey PRIMARY KEY (region, id),
  constraint reading_region_target_id_fkey FOREIGN KEY (region, target_id) REFERENCES plans.target(region, id),
  constraint reading_how_check CHECK ((how = ANY (ARRAY['computed'::text, 'reported'::text]))),
  constraint reading_state_check CHECK ((state = ANY (ARRAY['submitted'::text, 'accepted'::text, 'returned'::text])))
);
CREATE UNIQUE INDEX reading_computed ON plans.reading USING btree (region, target_id, on_day) WHERE (how = 'computed'::text);
CREATE INDEX reading_of_target ON plans.reading USING btree (region, target_id, on_day DESC, at DESC);
grant insert, select, update on plans.reading to yingshang_app;

create table plans.report (
  region text not null,
  id uuid not null,
  measure_id uuid not null,
  unit_id text not null,
  round text not null,
  progress integer not null,
  done text not null,
  problems text not null,
  next_steps text not null,
  evidence jsonb not null,
  state text not null,
  submitted_at timestamp with time zone not null,
  submitted_by uuid,
  submitter_name text not null,
  decided_at timestamp with time zone,
  decided_by uuid,
  decider_name text,
  decision text,
  constraint report_pkey PRIMARY KEY (region, id),
  constraint report_region_measure_id_fkey FOREIGN KEY (region, measure_id) REFERENCES plans.measure(region, id),
  constraint report_progress_check CHECK (((progress >= 0) AND (progress <= 100))),
  constraint report_state_check CHECK ((state = ANY (ARRAY['submitted'::text, 'accepted'::text, 'returned'::text])))
);
CREATE INDEX report_of_measure ON plans.report USING btree (region, measure_id, submitted_at DESC);
CREATE INDEX report_of_unit ON plans.report USING btree (region, unit_id, submitted_at DESC);
CREATE INDEX report_waiting ON plans.report USING btree (region, submitted_at, id) WHERE (state = 'submitted'::text);
grant insert, select, update on plans.report to yingshang_app;

create table plans.round (
  region text not null,
  plan_id uuid not null,
  name text not null,
  unit_id text not null,
  due_on date not null,
  task_id uuid not null,
  reported_at timestamp with time zone,
  constraint round_pkey PRIMARY KEY (region, plan_id, name, unit_id),
  constraint round_region_plan_id_fkey FOREIGN KEY (region, plan_id) REFERENCES plans.plan(region, id)
);
grant insert, select, update on plans.round to yingshang_app;

create table plans.row (
  region text not null,
  id uuid not null,
  document_id uuid not null,
  "position" numeric not null,
  kind text not null,
  body jsonb not null,
  confidence real not null,
  state text not null,
  version integer not null default 1,
  changed_by text not null default ''::text,
  changed_at timestamp with time zone not null,
  constraint row_pkey PRIMARY KEY (region, id),
  constraint row_region_document_id_fkey FOREIGN KEY (region, document_id) REFERENCES plans.document(region, id),
  constraint row_kind_check CHECK ((kind = ANY (ARRAY['measure'::text, 'subItem'::text]))),
  constraint row_state_check CHECK ((state = ANY (ARRAY['proposed'::text, 'confirmed'::text, 'dropped'::text])))
);
CREATE INDEX row_of_document ON plans."row" USING btree (region, document_id, "position");
grant insert, select, update on plans.row to yingshang_app;

create table plans.submission (
  region text not null,
  id uuid not null,
  plan_id uuid not null,
  unit_id text not null,
  kind text not null,
  subject text not null,
  channel text not null,
  occurred_on date not null,
  submitted_at timestamp with time zone not null,
  submitted_by uuid,
  submitter_name text not null,
  note text not null,
  evidence jsonb not null,
  state text not null,
  decided_at timestamp with time zone,
  decided_by uuid,
  decider_name text,
  decision text,
  constraint submission_pkey PRIMARY KEY (region, id),
  constraint submission_region_plan_id_fkey FOREIGN KEY (region, plan_id) REFERENCES plans.plan(region, id),
  constraint submission_state_check CHECK ((state = ANY (ARRAY['submitted'::text, 'accepted'::text, 'refused'::text])))
);
CREATE INDEX submission_counting ON plans.submission USING btree (region, plan_id, occurred_on, unit_id);
CREATE INDEX submission_waiting ON plans.submission USING btree (region, submitted_at, id) WHERE (state = 'submitted'::text);
grant insert, select, update on plans.submission to yingshang_app;

create table plans.target (
  region text not null,
  id uuid not null,
  measure_id uuid not null,
  "position" integer not null,
  subject text not null,
  comparator text not null,
  value numeric,
  unit text not null,
  how text not null,
  formula text,
  params jsonb not null,
  other_formula text,
  other_params jsonb not null,
  baseline numeric,
  baseline_source text not null,
  starts_on date not null,
  ends_on date not null,
  note text not null,
  constraint target_pkey PRIMARY KEY (region, id),
  constraint target_region_measure_id_fkey FOREIGN KEY (region, measure_id) REFERENCES plans.measure(region, id),
  constraint target_how_check CHECK ((how = ANY (ARRAY['computed'::text, 'reported'::text])))
);
CREATE INDEX target_of_measure ON plans.target USING btree (region, measure_id, "position");
grant insert, select, update on plans.target to yingshang_app;

-- projects

create table projects.acceptance (
  region text not null,
  id uuid not null,
  no text not null,
  project_id uuid not null,
  account_id uuid not null,
  survey_id uuid not null,
  scope text not null,
  note text not null,
  status text not null,
  lead text not null,
  applied_at timestamp with time zone not null,
  ready_on date not null,
  visit jsonb,
  left_out jsonb not null default '[]'::jsonb,
  rectification jsonb,
  opinion jsonb,
  task_id uuid,
  constraint acceptance_pkey PRIMARY KEY (region, id),
  constraint acceptance_region_no_key UNIQUE (region, no),
  constraint acceptance_region_project_id_fkey FOREIGN KEY (region, project_id) REFERENCES projects.project(region, id),
  constraint acceptance_region_survey_id_fkey FOREIGN KEY (region, survey_id) REFERENCES projects.survey(region, id),
  constraint acceptance_status_check CHECK ((status = ANY (ARRAY['applied'::text, 'scheduled'::text, 'rectifying'::text, 'rechecking'::text, 'signing'::text, 'passed'::text, 'failed'::text, 'withdrawn'::text])))
);
CREATE INDEX acceptance_of ON projects.acceptance USING btree (region, project_id, applied_at DESC);
CREATE INDEX acceptance_recent ON projects.acceptance USING btree (region, applied_at DESC, id);
CREATE UNIQUE INDEX acceptance_running ON projects.acceptance USING btree (region, project_id) WHERE (status = ANY (ARRAY['applied'::text, 'scheduled'::text, 'rectifying'::text, 'rechecking'::text, 'signing'::text]));
grant insert, select, update on projects.acceptance to yingshang_app;

create table projects.acceptance_department (
  region text not null,
  acceptance_id uuid not null,
  unit_id text not null,
  matter text not null,
  place integer not null,
  result text,
  note text not null default ''::text,
  inspected_at timestamp with time zone,
  inspected_by text not null default ''::text,
  recheck jsonb,
  signature jsonb,
  task_id uuid,
  constraint acceptance_department_pkey PRIMARY KEY (region, acceptance_id, unit_id),
  constraint acceptance_department_region_acceptance_id_fkey FOREIGN KEY (region, acceptance_id) REFERENCES projects.acceptance(region, id),
  constraint acceptance_department_result_check CHECK ((result = ANY (ARRAY['pass'::text, 'fail'::text, 'notApplicable'::text])))
);
CREATE INDEX acceptance_department_unit ON projects.acceptance_department USING btree (region, unit_id, acceptance_id);
grant delete, insert, select, update on projects.acceptance_department to yingshang_app;

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
  constraint acceptance_finding_pkey PRIMARY KEY (region, id),
  constraint acceptance_finding_region_acceptance_id_fkey FOREIGN KEY (region, acceptance_id) REFERENCES projects.acceptance(region, id)
);
CREATE INDEX acceptance_finding_of ON projects.acceptance_finding USING btree (region, acceptance_id, id);
grant delete, insert, select, update on projects.acceptance_finding to yingshang_app;

create table projects.alert (
  region text not null,
  id uuid not null,
  project_id uuid not null,
  key text not null,
  kind text not null,
  at timestamp with time zone not null,
  unit_id text not null,
  case_id uuid,
  words text not null,
  task_id uuid,
  state text not null,
  answer text not null default ''::text,
  settled_at timestamp with time zone,
  settled_by text not null default ''::text,
  constraint alert_pkey PRIMARY KEY (region, id),
  constraint alert_region_project_id_key_key UNIQUE (region, project_id, key),
  constraint alert_region_project_id_fkey FOREIGN KEY (region, project_id) REFERENCES projects.project(region, id),
  constraint alert_kind_check CHECK ((kind = ANY (ARRAY['breaker'::text, 'exceeded'::text, 'exclusion'::text]))),
  constraint alert_state_check CHECK ((state = ANY (ARRAY['open'::text, 'answered'::text, 'passed'::text])))
);
CREATE INDEX alert_of_unit ON projects.alert USING btree (region, unit_id, at DESC, id) WHERE (state = 'open'::text);
CREATE INDEX alert_recent ON projects.alert USING btree (region, at DESC, id);
grant insert, select, update on projects.alert to yingshang_app;

create table projects.code_counter (
  region text not null,
  year integer not null,
  last integer not null,
  constraint code_counter_pkey PRIMARY KEY (region, year)
);
grant insert, select, update on projects.code_counter to yingshang_app;

create table projects.commitment (
  region text not null,
  id uuid not null,
  kind text not null,
  project_id uuid not null,
  case_id uuid,
  case_no text not null default ''::text,
  item_id text not null,
  item_name text not null,
  unit_id text not null,
  account_id uuid not null,
  uscc text not null,
  firm_name text not null,
  promise text not null,
  figures jsonb not null default '[]'::jsonb,
  filing_no text not null default ''::text,
  promised_at timestamp with time zone not null,
  status text not null,
  inspection jsonb,
  correct_by date,
  correct_due_at timestamp with time zone,
  correction jsonb,
  revocation jsonb,
  documents jsonb not null default '[]'::jsonb,
  task_id uuid,
  looked_at timestamp with time zone,
  constraint commitment_pkey PRIMARY KEY (region, id),
  constraint commitment_region_project_id_fkey FOREIGN KEY (region, project_id) REFERENCES projects.project(region, id),
  constraint commitment_kind_check CHECK ((kind = ANY (ARRAY['commitment'::text, 'provisional'::text, 'gas'::text]))),
  constraint commitment_status_check CHECK ((status = ANY (ARRAY['promised'::text, 'correcting'::text, 'reported'::text, 'uncorrected'::text, 'kept'::text, 'revoked'::text, 'ended'::text])))
);
CREATE UNIQUE INDEX commitment_case ON projects.commitment USING btree (region, case_id, kind) WHERE (case_id IS NOT NULL);
CREATE INDEX commitment_due ON projects.commitment USING btree (region, correct_due_at) WHERE (status = 'correcting'::text);
CREATE UNIQUE INDEX commitment_gas ON projects.commitment USING btree (region, project_id) WHERE ((kind = 'gas'::text) AND (status <> 'ended'::text));
CREATE INDEX commitment_of ON projects.commitment USING btree (region, project_id, promised_at);
CREATE INDEX commitment_provisional ON projects.commitment USING btree (region, looked_at NULLS FIRST) WHERE ((kind = 'provisional'::text) AND (status = ANY (ARRAY['promised'::text, 'uncorrected'::text])));
CREATE INDEX commitment_recent ON projects.commitment USING btree (region, promised_at DESC, id);
CREATE INDEX commitment_unit ON projects.commitment USING btree (region, unit_id, promised_at DESC, id);
grant insert, select, update on projects.commitment to yingshang_app;

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
  at timestamp with time zone not null,
  repaired_at timestamp with time zone,
  repair_reason text not null default ''::text,
  repair_documents jsonb not null default '[]'::jsonb,
  repaired_by text not null default ''::text,
  constraint commitment_breach_pkey PRIMARY KEY (region, id),
  constraint commitment_breach_region_commitment_id_key UNIQUE (region, commitment_id),
  constraint commitment_breach_region_commitment_id_fkey FOREIGN KEY (region, commitment_id) REFERENCES projects.commitment(region, id)
);
CREATE INDEX commitment_breach_firm ON projects.commitment_breach USING btree (region, uscc) WHERE (repaired_at IS NULL);
CREATE INDEX commitment_breach_recent ON projects.commitment_breach USING btree (region, at DESC, id);
grant insert, select, update on projects.commitment_breach to yingshang_app;

create table projects.consultation (
  region text not null,
  id uuid not null,
  no text not null,
  project_id uuid not null,
  stage text not null,
  convener text not null,
  question text not null,
  status text not null,
  term text not null,
  answer_by date not null,
  answer_due_at timestamp with time zone not null,
  silence text not null,
  meeting_on date,
  documents jsonb not null,
  convened_at timestamp with time zone not null,
  minutes jsonb,
  minutes_task uuid,
  constraint consultation_pkey PRIMARY KEY (region, id),
  constraint consultation_region_no_key UNIQUE (region, no),
  constraint consultation_region_project_id_fkey FOREIGN KEY (region, project_id) REFERENCES projects.project(region, id),
  constraint consultation_silence_check CHECK ((silence = ANY (ARRAY['agree'::text, 'none'::text]))),
  constraint consultation_status_check CHECK ((status = ANY (ARRAY['consulting'::text, 'answered'::text, 'closed'::text, 'cancelled'::text])))
);
CREATE INDEX consultation_convener ON projects.consultation USING btree (region, convener, convened_at DESC);
CREATE INDEX consultation_due ON projects.consultation USING btree (region, answer_due_at) WHERE (status = 'consulting'::text);
CREATE INDEX consultation_of ON projects.consultation USING btree (region, project_id, convened_at DESC);
grant insert, select, update on projects.consultation to yingshang_app;

create table projects.consultation_position (
  region text not null,
  consultation_id uuid not null,
  unit_id text not null,
  opinion text,
  note text not null default ''::text,
  conditions jsonb not null default '[]'::jsonb,
  answered_at timestamp with time zone,
  answered_by text not null default ''::text,
  silent_at timestamp with time zone,
  late jsonb,
  task_id uuid not null,
  constraint consultation_position_pkey PRIMARY KEY (region, consultation_id, unit_id),
  constraint consultation_position_region_consultation_id_fkey FOREIGN KEY (region, consultation_id) REFERENCES projects.consultation(region, id),
  constraint consultation_position_opinion_check CHECK ((opinion = ANY (ARRAY['agree'::text, 'disagree'::text, 'conditions'::text])))
);
CREATE INDEX consultation_position_unit ON projects.consultation_position USING btree (region, unit_id, consultation_id);
grant insert, select, update on projects.consultation_position to yingshang_app;

create table projects.early_push (
  region text not null,
  id uuid not null,
  project_id uuid not null,
  cause text not null,
  cause_words text not null,
  unit_id text not null,
  asks text not null,
  pushed_at timestamp with time zone not null,
  receipt jsonb,
  task_id uuid not null,
  constraint early_push_pkey PRIMARY KEY (region, id),
  constraint early_push_region_project_id_cause_unit_id_key UNIQUE (region, project_id, cause, unit_id),
  constraint early_push_region_project_id_fkey FOREIGN KEY (region, project_id) REFERENCES projects.project(region, id)
);
CREATE INDEX early_push_recent ON projects.early_push USING btree (region, pushed_at DESC, id);
CREATE INDEX early_push_unit ON projects.early_push USING btree (region, unit_id, pushed_at DESC, id);
grant insert, select, update on projects.early_push to yingshang_app;

create table projects.gathered_notice (
  region text not null,
  application_id uuid not null,
  project_id uuid not null,
  stage text not null,
  convener text not null,
  status text not null,
  notice_no text not null default ''::text,
  send_by date not null,
  sent_at timestamp with time zone,
  answer_by date,
  task_id uuid not null,
  constraint gathered_notice_pkey PRIMARY KEY (region, application_id),
  constraint gathered_notice_region_project_id_fkey FOREIGN KEY (region, project_id) REFERENCES projects.project(region, id),
  constraint gathered_notice_status_check CHECK ((status = ANY (ARRAY['gathering'::text, 'sent'::text])))
);
CREATE INDEX gathered_notice_of ON projects.gathered_notice USING btree (region, project_id);
grant insert, select, update on projects.gathered_notice to yingshang_app;

create table projects.gathered_question (
  region text not null,
  id uuid not null,
  application_id uuid not null,
  case_id uuid not null,
  item_name text not null,
  unit_id text not null,
  defects jsonb not null,
  asked_by text not null,
  at timestamp with time zone not null,
  state text not null,
  constraint gathered_question_pkey PRIMARY KEY (region, id),
  constraint gathered_question_region_application_id_fkey FOREIGN KEY (region, application_id) REFERENCES projects.gathered_notice(region, application_id),
  constraint gathered_question_state_check CHECK ((state = ANY (ARRAY['gathered'::text, 'sent'::text, 'tooLate'::text, 'over'::text])))
);
CREATE INDEX gathered_question_of ON projects.gathered_question USING btree (region, application_id, at);
grant insert, select, update on projects.gathered_question to yingshang_app;

create table projects.off_system_alert (
  region text not null,
  id uuid not null,
  sign_key text not null,
  sign text not null,
  status text not null,
  project_id uuid not null,
  case_id uuid,
  case_no text not null,
  item_name text not null,
  unit_id text not null,
  words text not null,
  evidence jsonb not null,
  basis text not null,
  raised_at timestamp with time zone not null,
  decided_at timestamp with time zone,
  decided_by text not null default ''::text,
  reason text not null default ''::text,
  explanation jsonb,
  task_id uuid not null,
  constraint off_system_alert_pkey PRIMARY KEY (region, id),
  constraint off_system_alert_region_sign_key_key UNIQUE (region, sign_key),
  constraint off_system_alert_region_project_id_fkey FOREIGN KEY (region, project_id) REFERENCES projects.project(region, id),
  constraint off_system_alert_status_check CHECK ((status = ANY (ARRAY['open'::text, 'dismissed'::text, 'confirmed'::text])))
);
CREATE INDEX off_system_alert_open ON projects.off_system_alert USING btree (region, raised_at) WHERE (status = 'open'::text);
CREATE INDEX off_system_alert_recent ON projects.off_system_alert USING btree (region, raised_at DESC, id);
CREATE INDEX off_system_alert_unit ON projects.off_system_alert USING btree (region, unit_id, decided_at DESC, id) WHERE (status = 'confirmed'::text);
grant insert, select, update on projects.off_system_alert to yingshang_app;

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
  registered_at timestamp with time zone not null,
  registered_by text not null,
  constraint off_system_case_pkey PRIMARY KEY (region, id),
  constraint off_system_case_region_project_id_fkey FOREIGN KEY (region, project_id) REFERENCES projects.project(region, id)
);
CREATE INDEX off_system_case_of ON projects.off_system_case USING btree (region, project_id, registered_at);
grant insert, select on projects.off_system_case to yingshang_app;

create table projects.project (
  region text not null,
  id uuid not null,
  code text not null,
  provisional boolean not null,
  name text not null,
  theme_id text not null,
  theme_name text not null,
  type_id text not null,
  type_name text not null,
  decision jsonb not null,
  account_id uuid not null,
  uscc text,
  owner_label text not null,
  owner_proven boolean not null,
  contact text not null,
  town text not null,
  address text not null,
  plot_id text,
  point jsonb,
  polygon jsonb,
  answers text not null,
  frame jsonb not null,
  units text[] not null,
  state text not null,
  revision integer not null default 1,
  version integer not null,
  registered_at timestamp with time zone not null,
  first_filed_at timestamp with time zone,
  ended_at timestamp with time zone,
  stage_id text,
  stage_name text not null default ''::text,
  budget_days integer not null,
  used_days integer not null default 0,
  left_days integer not null,
  ends_on date,
  breaks_on date,
  breaker jsonb,
  holder_kind text not null default 'none'::text,
  holder_unit text,
  holder_ground text not null default ''::text,
  light text not null default 'green'::text,
  open_alerts integer not null default 0,
  projected_on date,
  constraint project_pkey PRIMARY KEY (region, id),
  constraint project_region_code_key UNIQUE (region, code),
  constraint project_holder_kind_check CHECK ((holder_kind = ANY (ARRAY['unit'::text, 'applicant'::text, 'procedure'::text, 'nonWorking'::text, 'none'::text]))),
  constraint project_light_check CHECK ((light = ANY (ARRAY['green'::text, 'yellow'::text, 'red'::text, 'paused'::text, 'done'::text]))),
  constraint project_state_check CHECK ((state = ANY (ARRAY['registered'::text, 'running'::text, 'completed'::text, 'abandoned'::text])))
);
CREATE INDEX project_breaking ON projects.project USING btree (region, breaks_on, id) WHERE (state = 'running'::text);
CREATE INDEX project_ended ON projects.project USING btree (region, type_id, ended_at) WHERE (ended_at IS NOT NULL);
CREATE INDEX project_ending ON projects.project USING btree (region, ends_on, id);
CREATE INDEX project_of_account ON projects.project USING btree (region, account_id, registered_at DESC, id);
CREATE INDEX project_of_firm ON projects.project USING btree (region, uscc, registered_at DESC, id) WHERE owner_proven;
CREATE INDEX project_of_unit ON projects.project USING btree (region, holder_unit, ends_on, id);
CREATE INDEX project_recent ON projects.project USING btree (region, registered_at DESC, id);
CREATE INDEX project_stale ON projects.project USING btree (region, projected_on NULLS FIRST, id) WHERE (state = 'running'::text);
grant insert, select, update on projects.project to yingshang_app;

create table projects.project_event (
  region text not null,
  project_id uuid not null,
  seq integer not null,
  at timestamp with time zone not null,
  type text not null,
  actor_id uuid,
  actor_name text not null,
  unit_id text,
  body jsonb not null,
  constraint project_event_pkey PRIMARY KEY (region, project_id, seq),
  constraint project_event_region_project_id_fkey FOREIGN KEY (region, project_id) REFERENCES projects.project(region, id)
);
grant insert, select on projects.project_event to yingshang_app;

create table projects.question (
  region text not null,
  id uuid not null,
  no text not null,
  project_id uuid,
  item_id text not null,
  item_name text not null,
  unit_id text not null,
  account_id uuid not null,
  subject text not null,
  body text not null,
  status text not null,
  asked_at timestamp with time zone not null,
  answer text,
  answered_at timestamp with time zone,
  answered_by text not null default ''::text,
  published jsonb,
  published_at timestamp with time zone,
  task_id uuid not null,
  constraint question_pkey PRIMARY KEY (region, id),
  constraint question_region_no_key UNIQUE (region, no),
  constraint question_region_project_id_fkey FOREIGN KEY (region, project_id) REFERENCES projects.project(region, id),
  constraint question_status_check CHECK ((status = ANY (ARRAY['asked'::text, 'answered'::text, 'withdrawn'::text])))
);
CREATE INDEX question_own ON projects.question USING btree (region, account_id, asked_at DESC);
CREATE INDEX question_published ON projects.question USING btree (region, published_at DESC, id) WHERE (published_at IS NOT NULL);
CREATE INDEX question_recent ON projects.question USING btree (region, asked_at DESC, id);
CREATE INDEX question_unit ON projects.question USING btree (region, unit_id, asked_at DESC, id);
grant insert, select, update on projects.question to yingshang_app;

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
  uploaded_at timestamp with time zone not null,
  shared boolean not null,
  constraint room_document_pkey PRIMARY KEY (region, id),
  constraint room_document_region_project_id_fkey FOREIGN KEY (region, project_id) REFERENCES projects.project(region, id)
);
grant insert, select, update on projects.room_document to yingshang_app;

create table projects.room_event (
  region text not null,
  id uuid not null,
  room text not null,
  subject_id uuid not null,
  at timestamp with time zone not null,
  step text not null,
  actor_id uuid,
  actor_name text not null,
  unit_id text,
  detail jsonb not null,
  constraint room_event_pkey PRIMARY KEY (region, id)
);
CREATE INDEX room_event_of ON projects.room_event USING btree (region, subject_id, at, id);
grant insert, select on projects.room_event to yingshang_app;

create table projects.room_number (
  region text not null,
  kind text not null,
  year integer not null,
  last integer not null,
  constraint room_number_pkey PRIMARY KEY (region, kind, year)
);
grant insert, select, update on projects.room_number to yingshang_app;

create table projects.survey (
  region text not null,
  id uuid not null,
  project_id uuid not null,
  account_id uuid not null,
  status text not null,
  surveyor jsonb not null,
  note text not null,
  commissioned_at timestamp with time zone not null,
  reviewer text not null,
  review jsonb,
  task_id uuid,
  constraint survey_pkey PRIMARY KEY (region, id),
  constraint survey_region_project_id_fkey FOREIGN KEY (region, project_id) REFERENCES projects.project(region, id),
  constraint survey_status_check CHECK ((status = ANY (ARRAY['commissioned'::text, 'reviewing'::text, 'returned'::text, 'approved'::text, 'cancelled'::text])))
);
CREATE UNIQUE INDEX survey_of ON projects.survey USING btree (region, project_id) WHERE (status <> 'cancelled'::text);
grant insert, select, update on projects.survey to yingshang_app;

create table projects.survey_result (
  region text not null,
  survey_id uuid not null,
  kind text not null,
  surveyed_on date not null,
  delivered_at timestamp with time zone not null,
  figures jsonb not null,
  documents jsonb not null,
  version integer not null,
  constraint survey_result_pkey PRIMARY KEY (region, survey_id, kind),
  constraint survey_result_region_survey_id_fkey FOREIGN KEY (region, survey_id) REFERENCES projects.survey(region, id),
  constraint survey_result_kind_check CHECK ((kind = ANY (ARRAY['planning'::text, 'completion'::text, 'property'::text])))
);
grant insert, select, update on projects.survey_result to yingshang_app;

create table projects.survey_use (
  region text not null,
  survey_id uuid not null,
  used_by text not null,
  at timestamp with time zone not null,
  constraint survey_use_pkey PRIMARY KEY (region, survey_id, used_by),
  constraint survey_use_region_survey_id_fkey FOREIGN KEY (region, survey_id) REFERENCES projects.survey(region, id)
);
grant insert, select on projects.survey_use to yingshang_app;

-- ratings

create table ratings.document (
  region text not null,
  id uuid not null,
  subject_id uuid not null,
  sha256 text not null,
  name text not null,
  type text not null,
  size bigint not null,
  uploaded_by uuid,
  uploaded_at timestamp with time zone not null,
  constraint document_pkey PRIMARY KEY (region, id),
  constraint document_region_subject_id_fkey FOREIGN KEY (region, subject_id) REFERENCES ratings.subject(region, id)
);
grant insert, select on ratings.document to yingshang_app;

create table ratings.event (
  region text not null,
  subject_id uuid not null,
  seq integer not null,
  at timestamp with time zone not null,
  type text not null,
  actor_id uuid,
  actor_name text not null,
  unit_id text,
  body jsonb not null,
  constraint event_pkey PRIMARY KEY (region, subject_id, seq),
  constraint event_region_subject_id_fkey FOREIGN KEY (region, subject_id) REFERENCES ratings.subject(region, id)
);
grant insert, select on ratings.event to yingshang_app;

create table ratings.subject (
  region text not null,
  id uuid not null,
  no text not null,
  kind text not null,
  subject_id uuid not null,
  subject_no text not null,
  code text not null,
  unit_id text not null,
  item_id text not null,
  item_name text not null,
  window_name text not null,
  officer_id uuid,
  holder_account uuid,
  contact text,
  holder_label text not null,
  finished_at timestamp with time zone not null,
  status text not null,
  level integer,
  counted boolean not null,
  anonymous boolean not null,
  channel text,
  rated_at timestamp with time zone,
  handler_id uuid,
  rectified boolean not null,
  appealing boolean not null,
  published_at timestamp with time zone,
  state jsonb not null,
  tasks jsonb not null default '{}'::jsonb,
  version integer not null,
  updated_at timestamp with time zone not null,
  constraint subject_pkey PRIMARY KEY (region, id),
  constraint subject_region_code_key UNIQUE (region, code),
  constraint subject_region_kind_subject_id_key UNIQUE (region, kind, subject_id),
  constraint subject_region_no_key UNIQUE (region, no),
  constraint subject_kind_check CHECK ((kind = ANY (ARRAY['case'::text, 'ticket'::text, 'visit'::text]))),
  constraint subject_level_check CHECK (((level >= 1) AND (level <= 5)))
);
CREATE INDEX subject_finished ON ratings.subject USING btree (region, finished_at);
CREATE INDEX subject_of_holder ON ratings.subject USING btree (region, holder_account, finished_at DESC) WHERE (holder_account IS NOT NULL);
CREATE INDEX subject_of_item ON ratings.subject USING btree (region, counted, item_id) INCLUDE (level);
CREATE INDEX subject_of_unit ON ratings.subject USING btree (region, unit_id, rated_at DESC, id);
CREATE INDEX subject_published ON ratings.subject USING btree (region, item_id, published_at DESC, id) WHERE (published_at IS NOT NULL);
CREATE INDEX subject_rated ON ratings.subject USING btree (region, rated_at DESC, id) WHERE (rated_at IS NOT NULL);
grant insert, select, update on ratings.subject to yingshang_app;

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
