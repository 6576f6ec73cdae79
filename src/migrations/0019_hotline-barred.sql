-- Units that may never see a ticket, beside the row: lists ask for them over a hundred thousand tickets without opening each state.
alter table hotline.ticket add column barred text[] not null default '{}';
update hotline.ticket set barred = array(select jsonb_array_elements_text(state->'barredUnits'));
-- What changed lately is what the engines take up before every question.
create index ticket_updated on hotline.ticket (region, updated_at);
