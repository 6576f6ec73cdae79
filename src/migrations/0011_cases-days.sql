-- How long a decided case took, net of lawful pauses, in working days; and an application from its first acceptance to its
-- last decision. Written once when it ends: figures over a million cases read an index, not their histories.
alter table cases.case_file add column used_days numeric(8, 1);
alter table cases.application add column used_days numeric(8, 1), add column concluded_at timestamptz;
create index case_decided on cases.case_file (region, item_id, concluded_at) include (status, used_days) where concluded_at is not null;
create index application_concluded on cases.application (region, service_id, concluded_at) include (used_days) where concluded_at is not null;
