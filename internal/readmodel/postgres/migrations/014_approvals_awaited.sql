-- What waits for its approval, and who approves none of it.

alter table {{.schema}}.cases
    add column assessment_waits_since date,
    add column project_waits_since date,
    add column closure_waits_since date,
    add column barred text[] not null default '{}';
comment on column {{.schema}}.cases.assessment_waits_since is 'Day since which an assessment waits for its approval; null where none does.';
comment on column {{.schema}}.cases.project_waits_since is 'Day since which a version of a project waits for its approval; null where none does.';
comment on column {{.schema}}.cases.closure_waits_since is 'Day since which the closure waits for its approval; null where it does not.';
comment on column {{.schema}}.cases.barred is 'Who wrote some of each thing that waits for its approval, and so approves none of it, by pseudonym.';

create index cases_waiting on {{.schema}}.cases (managing_body, opened)
    where assessment_waits_since is not null or project_waits_since is not null or closure_waits_since is not null;

alter table {{.schema}}.clocks add column case_waits boolean not null default false;
comment on column {{.schema}}.clocks.case_waits is 'Whether something of the case waits for its approval.';

create index clocks_waiting on {{.schema}}.clocks (due, opened, name, about, nth) include (sealed) where case_waits;
create index clocks_waiting_of_body on {{.schema}}.clocks (managing_body, due, opened, name, about, nth) where case_waits;

comment on column {{.schema}}.progress.clock_rules is 'Digest of the rules that the rows were counted by: those of clocks and of approvals.';
