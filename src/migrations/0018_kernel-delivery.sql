-- The next delivery is read from the front of an index, however many wait and however many were done.
create index delivery_next on kernel.delivery (region, due_at, event_id) where done_at is null;
drop index kernel.delivery_due;
