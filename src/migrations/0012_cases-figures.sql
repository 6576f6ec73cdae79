-- How long decided cases took, counted without reading the cases: signed numbers per item, day, outcome and days used,
-- appended by a trigger so that no two transactions wait for one counter, folded by a job. A percentile over a year is
-- then a sum over some thousands of rows, however many cases there are.
create table cases.figure (
  region text not null,
  item_id text not null,
  -- the county's day, eight hours ahead of UTC the whole year round
  day date not null,
  status text not null,
  -- null where a case is not counted in working days
  used_days numeric(8, 1),
  n bigint not null
);
create index figure_sum on cases.figure (region, item_id, day) include (status, used_days, n);
grant select, insert, delete on cases.figure to yingshang_app;

create function cases.keep_figure() returns trigger language plpgsql as $$
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
end $$;
create trigger case_counted after insert on cases.case_file
  referencing new table as new_rows for each statement execute function cases.keep_figure();
-- Most changes of a case end nothing: for those the condition is all that is paid.
create trigger case_recounted after update on cases.case_file for each row
  when ((old.concluded_at is not null or new.concluded_at is not null)
    and (old.concluded_at, old.status, old.used_days, old.item_id) is distinct from (new.concluded_at, new.status, new.used_days, new.item_id))
  execute function cases.keep_figure();

insert into cases.figure (region, item_id, day, status, used_days, n)
select region, item_id, (concluded_at at time zone 'UTC' + interval '8 hours')::date, status, used_days, count(*)
from cases.case_file where concluded_at is not null group by 1, 2, 3, 4, 5;

-- The slowest cases of an item first, as the page behind a figure lists them.
create index case_slowest on cases.case_file (region, item_id, used_days desc nulls last, no) where concluded_at is not null;
-- Acceptance in time: how many were accepted, and the few that silence accepted.
create index case_accepted on cases.case_file (region, accepted_at) where accepted_at is not null;
create index case_accepted_by_silence on cases.case_file (region, accepted_at) where state->'acceptance'->>'how' = 'silence';
