-- What the county offers: data elements, service items and bundles with their versions, synonyms, lists of other places.
create schema catalogue;
grant usage on schema catalogue to yingshang_app;

-- Changes with everything that a cache holds. A random token instead of a number: a number that was rolled back comes again.
create table catalogue.revision (
  region text not null,
  part text not null check (part in ('services', 'search')),
  token uuid not null,
  primary key (region, part)
);
grant select, insert, update on catalogue.revision to yingshang_app;

create table catalogue.element (
  region text not null,
  id text not null,
  definition jsonb not null,
  digest text not null,
  -- county: from the county's files; staff: saved by hand, the files no longer overwrite it.
  origin text not null check (origin in ('county', 'staff')),
  updated_at timestamptz not null,
  updated_by text not null default '',
  primary key (region, id)
);
grant select, insert, update on catalogue.element to yingshang_app;

-- Items and bundles share one space of ids, so that an address of a guide is never ambiguous.
create table catalogue.service (
  region text not null,
  id text not null,
  kind text not null check (kind in ('item', 'bundle')),
  -- Of the newest version, for lists.
  name text not null,
  unit_id text not null,
  latest integer not null,
  -- The version staff are working on, if any.
  draft integer,
  created_at timestamptz not null,
  primary key (region, id)
);
create index service_unit on catalogue.service (region, unit_id);
grant select, insert, update on catalogue.service to yingshang_app;

create table catalogue.service_version (
  region text not null,
  id text not null,
  version integer not null check (version >= 1),
  state text not null check (state in ('draft', 'inReview', 'published', 'withdrawn')),
  definition jsonb not null,
  -- The data elements as they were on publishing: a running case keeps its questions too.
  elements jsonb not null default '{}',
  -- 实施编码 of an item; frozen, because case numbers are made from it.
  item_code text not null default '',
  digest text not null,
  origin text not null check (origin in ('county', 'staff')),
  note text not null default '',
  valid_from date,
  -- First day on which it no longer holds.
  valid_to date,
  saved_at timestamptz not null,
  saved_by uuid,
  saved_by_name text not null,
  published_at timestamptz,
  published_by uuid,
  published_by_name text not null default '',
  withdrawn_at timestamptz,
  withdrawal_reason text not null default '',
  primary key (region, id, version),
  foreign key (region, id) references catalogue.service (region, id),
  check (state <> 'published' or (valid_from is not null and published_at is not null)),
  check (valid_to is null or valid_from is null or valid_to >= valid_from)
);
create index service_version_published on catalogue.service_version (region, valid_from) where state = 'published';
create index service_version_code on catalogue.service_version (region, item_code) where item_code <> '';
grant select, insert, update on catalogue.service_version to yingshang_app;

-- Frozen on publish: afterwards only its end can be set, and it can be withdrawn.
create function catalogue.keep_published_frozen() returns trigger language plpgsql as $$
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
end $$;
create trigger service_version_frozen before update on catalogue.service_version
  for each row execute function catalogue.keep_published_frozen();

-- Lists of other places or levels, as imported: for comparison, for looking up codes, for search.
create table catalogue.national_item (
  region text not null,
  -- The place the list is about: 511602.
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
  imported_at timestamptz not null,
  primary key (region, list_region, key)
);
create index national_item_department on catalogue.national_item (region, list_region, department);
grant select, insert, update on catalogue.national_item to yingshang_app;

create table catalogue.synonym (
  region text not null,
  id uuid not null,
  kind text not null check (kind in ('equal', 'oneWay')),
  words text[] not null,
  -- Only for oneWay: what the words lead to.
  leads_to text[] not null default '{}',
  origin text not null check (origin in ('county', 'staff')),
  updated_at timestamptz not null,
  updated_by text not null default '',
  primary key (region, id)
);
grant select, insert, update, delete on catalogue.synonym to yingshang_app;

-- What people looked for and did not find.
create table catalogue.search_miss (
  region text not null,
  query text not null,
  times integer not null,
  first_at timestamptz not null,
  last_at timestamptz not null,
  primary key (region, query)
);
create index search_miss_times on catalogue.search_miss (region, times desc, last_at desc);
grant select, insert, update, delete on catalogue.search_miss to yingshang_app;
