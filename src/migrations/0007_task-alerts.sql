-- What a unit or the supervising office should look at: a rung that fired, an overrun pause, a hand-over, a slip.
create table tasks.alert (
  region text not null,
  -- the outbox event's id: a repeated delivery writes nothing
  id uuid not null,
  at timestamptz not null,
  audience text not null check (audience in ('holder', 'unit-leader', 'supervisor', 'leader')),
  unit_id text not null,
  title text not null,
  words text not null,
  link text not null,
  primary key (region, id)
);
create index alert_of_unit on tasks.alert (region, unit_id, at desc);
create index alert_recent on tasks.alert (region, at desc);
grant select, insert, delete on tasks.alert to yingshang_app;
