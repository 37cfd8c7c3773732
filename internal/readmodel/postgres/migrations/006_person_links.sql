-- Registrations that were found to be of one person.

create table {{.schema}}.person_links (
    person_id text collate "C" not null,
    other_id text collate "C" not null,
    since_on date,
    position bigint not null,
    primary key (person_id, other_id)
);
create index person_links_of_other on {{.schema}}.person_links (other_id);
comment on table {{.schema}}.person_links is 'Pairs of pseudonyms that are of one person, each pair once. Nothing is merged: cases keep the pseudonym they were opened with.';
comment on column {{.schema}}.person_links.person_id is 'The smaller pseudonym.';
comment on column {{.schema}}.person_links.other_id is 'The larger pseudonym.';
comment on column {{.schema}}.person_links.since_on is 'Day it was found out.';
comment on column {{.schema}}.person_links.position is 'Position of the commit that linked them.';
