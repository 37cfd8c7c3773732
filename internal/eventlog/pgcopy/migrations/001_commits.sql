create table {{.schema}}.commits (
	position  bigint primary key check (position > 0),
	stored_ns bigint not null,
	stream    text collate "C" not null,
	header    jsonb not null,
	data      bytea not null
);

-- The data is ciphertext for the most part: compressing it costs time and
-- gains nothing.
alter table {{.schema}}.commits alter column data set storage external;

create index commits_stream on {{.schema}}.commits (stream, position);

comment on table {{.schema}}.commits is
	'The log of Percorsi, commit by commit, as it is in JetStream. Only added to, never changed: log verify compares it with the log, log restore makes the log from it.';
comment on column {{.schema}}.commits.position is
	'Place in the log: 1 for the first commit, without gaps.';
comment on column {{.schema}}.commits.stored_ns is
	'When the log stored the commit, in nanoseconds since 1970-01-01 UTC.';
comment on column {{.schema}}.commits.stream is
	'What the commit belongs to: case.ID, person.ID (pseudonyms) or plan.ID.';
comment on column {{.schema}}.commits.header is
	'Headers of the commit in the log: names of its facts, id of its command. Nothing personal.';
comment on column {{.schema}}.commits.data is
	'The commit itself, encoded; personal fields in it are sealed with the key of their person.';

create view {{.schema}}.commit_list as
select
	position,
	timestamptz 'epoch' + (stored_ns / 1000) * interval '1 microsecond' as stored_at,
	stream,
	header ->> 'Pz-Facts' as facts,
	header ->> 'Pz-Command' as command_id,
	octet_length(data) as bytes
from {{.schema}}.commits;

comment on view {{.schema}}.commit_list is
	'The commits of the log without their content: what was recorded where and when.';

-- Called by the insert where a position holds something else already.
create function {{.schema}}.refuse_other(at bigint) returns bigint
language plpgsql as $$
begin
	raise exception 'the copy of the log has another record at position %', at
		using errcode = 'PZ001', detail = at::text;
end
$$;

comment on function {{.schema}}.refuse_other is
	'Ends a transaction that would put another commit in the place of one that is there.';
