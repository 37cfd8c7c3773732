create table {{.schema}}.secrets (
    name    text  primary key,
    wrapped bytea not null check (octet_length(wrapped) = 61)
);

comment on table {{.schema}}.secrets is
    'Secrets of the deployment, each wrapped with the master key, which is not in any database.';

create table {{.schema}}.keys (
    person  uuid  primary key,
    wrapped bytea not null check (octet_length(wrapped) = 61)
);

comment on table {{.schema}}.keys is
    'One key for each person, wrapped with the master key, which is not in any database. To delete a row is to erase the person: what was sealed under the key opens never again.';
comment on column {{.schema}}.keys.person is 'Pseudonym of the person.';
comment on column {{.schema}}.keys.wrapped is
    'Version (1 byte), nonce (12), ciphertext of the key (32) and tag (16) of AES-256-GCM, bound to the person.';

-- Tells every process which keys were made (+), and which it must forget (-),
-- however they were: by the program or by hand. A message holds some 8,000
-- bytes. Of more people than fit, new ones are found when they are asked for,
-- and for what is to be forgotten everything is read again (*).
create function {{.schema}}.tell() returns trigger language plpgsql as $$
declare
    people bigint;
    named  text;
begin
    select count(*), string_agg(person::text, ',') into people, named
    from (select person from changed limit 151) as told;
    if people between 1 and 150 then
        perform pg_notify('{{.schema}}', tg_argv[0] || named);
    elsif people > 150 and tg_argv[0] = '-' then
        perform pg_notify('{{.schema}}', '*');
    end if;
    return null;
end
$$;

create function {{.schema}}.tell_all() returns trigger language plpgsql as $$
begin
    perform pg_notify('{{.schema}}', '*');
    return null;
end
$$;

create trigger made after insert on {{.schema}}.keys
    referencing new table as changed for each statement execute function {{.schema}}.tell('+');
create trigger replaced after update on {{.schema}}.keys
    referencing old table as changed for each statement execute function {{.schema}}.tell('-');
create trigger destroyed after delete on {{.schema}}.keys
    referencing old table as changed for each statement execute function {{.schema}}.tell('-');
create trigger emptied after truncate on {{.schema}}.keys
    for each statement execute function {{.schema}}.tell_all();
