-- module land
create schema land;
grant usage on schema land to yingshang_app;
