-- Who was present at meetings, and what has to be done after them.

alter table {{.schema}}.meetings
    add column bodies_present text[] not null default '{}',
    add column follow_ups integer not null default 0,
    add column follow_ups_open integer not null default 0;
comment on column {{.schema}}.meetings.bodies_present is 'Bodies present.';
comment on column {{.schema}}.meetings.follow_ups is 'How many things the meeting decided have to be done.';
comment on column {{.schema}}.meetings.follow_ups_open is 'How many of them were neither done nor dropped.';

create or replace view {{.schema}}.planner_meetings as
select m.* from {{.schema}}.meetings m join {{.schema}}.cases c using (case_id) where not c.sealed;
