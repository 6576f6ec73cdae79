-- Wrong last digits given with a case number that exists: after ten in a day the number is closed to guessing until tomorrow.
create table cases.tracking_miss (
  region text not null,
  application_id uuid not null,
  day date not null,
  misses integer not null,
  primary key (region, application_id, day),
  foreign key (region, application_id) references cases.application (region, id)
);
grant select, insert, update on cases.tracking_miss to yingshang_app;
