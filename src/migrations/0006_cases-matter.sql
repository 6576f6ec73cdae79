-- An application may belong to something larger than itself, such as a construction project: its matter.
alter table cases.application add column matter_type text, add column matter_id uuid,
  add constraint application_matter check ((matter_type is null) = (matter_id is null));
create index application_of_matter on cases.application (region, matter_type, matter_id, created_at) where matter_id is not null;

-- Repeated on the case, where it never changes, so that a case's event and a project's page need no join.
alter table cases.case_file add column matter_type text, add column matter_id uuid,
  add constraint case_matter check ((matter_type is null) = (matter_id is null));
create index case_of_matter on cases.case_file (region, matter_type, matter_id, id) where matter_id is not null;

alter table cases.notice add column matter_type text, add column matter_id uuid,
  add constraint notice_matter check ((matter_type is null) = (matter_id is null));
create index notice_of_matter on cases.notice (region, matter_type, matter_id, at desc) where matter_id is not null;
