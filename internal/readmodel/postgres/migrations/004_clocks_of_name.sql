-- Clocks of one name in the order of the work list: what is rare in a list is
-- counted and found without walking all of it.

create index clocks_of_name on {{.schema}}.clocks (name, due, opened, about, nth);
