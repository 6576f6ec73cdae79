-- Ratings have a room of their own; what stood here was carried over before.
drop table cases.rating;
