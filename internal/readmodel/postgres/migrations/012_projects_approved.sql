-- Which version of a project waits for its approval, or has it.

alter table {{.schema}}.projects
    add column submitted_on date,
    add column approved_on date;
comment on column {{.schema}}.projects.submitted_on is 'Day its newest version was put before who approves it; null while that is a draft.';
comment on column {{.schema}}.projects.approved_on is 'Day its newest version was approved; null where a change or a correction made the approval fall.';

-- A view keeps the columns that its tables had when it was made.
create or replace view {{.schema}}.planner_projects as
select p.* from {{.schema}}.projects p join {{.schema}}.cases c using (case_id) where not c.sealed;
