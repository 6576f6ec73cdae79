-- module plans
create schema plans;
grant usage on schema plans to yingshang_app;
