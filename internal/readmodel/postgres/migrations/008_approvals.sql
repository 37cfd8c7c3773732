-- What was sent back instead of approved, and how many wrote it.

alter table {{.schema}}.assessments
    add column authors integer not null default 0,
    add column sent_back_on date;
comment on column {{.schema}}.assessments.authors is 'How many people wrote any of it; none of them approves it.';
comment on column {{.schema}}.assessments.sent_back_on is 'Day it was last sent back; null once it is approved.';
comment on column {{.schema}}.assessments.approved_on is 'Day it was approved; null where a correction made the approval fall.';

create or replace view {{.schema}}.planner_assessments as
select a.* from {{.schema}}.assessments a join {{.schema}}.cases c using (case_id) where not c.sealed;
