-- How often somebody refused to sign a project.

alter table {{.schema}}.projects add column refusals integer not null default 0;
comment on column {{.schema}}.projects.refusals is 'Refusals to sign it, in all versions.';

-- A view keeps the columns that its tables had when it was made.
create or replace view {{.schema}}.planner_projects as
select p.* from {{.schema}}.projects p join {{.schema}}.cases c using (case_id) where not c.sealed;
create or replace view {{.schema}}.planner_referrals as
select r.* from {{.schema}}.referrals r join {{.schema}}.cases c using (case_id) where not c.sealed;
