-- Guides show how an item was rated: counted from an index, without reading the cases.
alter table cases.rating add column item_id text;
update cases.rating r set item_id = c.item_id from cases.case_file c where c.region = r.region and c.id = r.case_id;
alter table cases.rating alter column item_id set not null;
create index rating_of_item on cases.rating (region, item_id) include (level);
