-- When a project is to be monitored next.

alter table {{.schema}}.projects add column next_monitoring_on date;
comment on column {{.schema}}.projects.next_monitoring_on is 'First day that its calendar has after the newest meeting; null for none.';

-- A view keeps the columns that its table had when it was made.
create or replace view {{.schema}}.planner_projects as
select p.* from {{.schema}}.projects p join {{.schema}}.cases c using (case_id) where not c.sealed;
