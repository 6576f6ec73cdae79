-- module projects
create schema projects;
grant usage on schema projects to yingshang_app;
