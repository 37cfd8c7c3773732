-- What planners may read with tools of their own: no person, no member of
-- staff, no sealed case. They see rows of cases as their role does in the API.

do $$
begin
    create role percorsi_planner nologin;
exception
    when duplicate_object then null;
    when unique_violation then null; -- another database of the server made it at this moment
    when insufficient_privilege then
        raise warning 'the role percorsi_planner is missing: create it, and grant it select on the views planner_* of the schema {{.schema}}';
end
$$;

create view {{.schema}}.planner_cases as
select case_id, pathway, area, service, status, stage, comune, managing_body, signalled_by, signalled_by_kind, flow,
    case_manager_body, opened_on, pad_signed_on, transmitted_on, accepted_on, decision, eligible_on, eligible,
    in_charge_on, assigned_on, summoned_on, first_meeting_on, closed_on, outcome, closing_reason, refusal_reason,
    housing, needs, bodies, contacts, contacts_reached, household
from {{.schema}}.cases where not sealed;
comment on view {{.schema}}.planner_cases is 'Cases, without who they are about.';

create view {{.schema}}.planner_clocks as
select case_id, name, label, source, started_on, due_on, due_at, managing_body
from {{.schema}}.clocks where not sealed;
comment on view {{.schema}}.planner_clocks is 'Clocks that run.';

create view {{.schema}}.planner_team_members as
select t.case_id, t.profession, t.body, t.role, t.from_on, t.to_on
from {{.schema}}.team_members t join {{.schema}}.cases c using (case_id) where not c.sealed;
comment on view {{.schema}}.planner_team_members is 'Professions and bodies in the teams of cases.';

create view {{.schema}}.planner_meetings as
select m.* from {{.schema}}.meetings m join {{.schema}}.cases c using (case_id) where not c.sealed;
comment on view {{.schema}}.planner_meetings is 'Meetings of multidisciplinary teams.';

create view {{.schema}}.planner_assessments as
select a.* from {{.schema}}.assessments a join {{.schema}}.cases c using (case_id) where not c.sealed;
comment on view {{.schema}}.planner_assessments is 'Multidimensional assessments.';

create view {{.schema}}.planner_projects as
select p.* from {{.schema}}.projects p join {{.schema}}.cases c using (case_id) where not c.sealed;
comment on view {{.schema}}.planner_projects is 'Personalised projects.';

create view {{.schema}}.planner_supports as
select s.* from {{.schema}}.supports s join {{.schema}}.cases c using (case_id) where not c.sealed;
comment on view {{.schema}}.planner_supports is 'Supports.';

create view {{.schema}}.planner_paths as
select p.* from {{.schema}}.paths p join {{.schema}}.cases c using (case_id) where not c.sealed;
comment on view {{.schema}}.planner_paths is 'Paths of SELF.';

create view {{.schema}}.planner_referrals as
select r.* from {{.schema}}.referrals r join {{.schema}}.cases c using (case_id) where not c.sealed;
comment on view {{.schema}}.planner_referrals is 'Referrals and transfers.';

create view {{.schema}}.planner_discharges as
select d.* from {{.schema}}.discharges d join {{.schema}}.cases c using (case_id) where not c.sealed;
comment on view {{.schema}}.planner_discharges is 'Protected discharges.';

create view {{.schema}}.planner_plans as select * from {{.schema}}.plans;
comment on view {{.schema}}.planner_plans is 'Plans.';

create view {{.schema}}.planner_publication as select position, as_of, published_at from {{.schema}}.publication;
comment on view {{.schema}}.planner_publication is 'Of when the figures are.';

create view {{.schema}}.planner_indicator_values as select * from {{.schema}}.indicator_values;
comment on view {{.schema}}.planner_indicator_values is 'Figures of the plans.';

create view {{.schema}}.planner_evidence as
select e.plan_id, e.indicator, e.period,
    case when hidden then null else e.case_id end as case_id,
    case when hidden then '' else e.unit_id end as unit_id,
    e.verdict,
    case when hidden or e.personal then '' else e.key end as key,
    e.far, e.value, e.denominator, e.failure
from {{.schema}}.evidence e
left join {{.schema}}.cases c using (case_id)
cross join lateral (select coalesce(c.sealed, e.case_id is not null) as hidden) h;
comment on view {{.schema}}.planner_evidence is 'The units behind the figures. A unit of a sealed case is there without saying which it is, so that the sums agree.';

do $$
declare
    one text;
begin
    execute 'grant usage on schema {{.schema}} to percorsi_planner';
    for one in select viewname from pg_views where schemaname = '{{.schema}}' and viewname like 'planner\_%' loop
        execute format('grant select on {{.schema}}.%I to percorsi_planner', one);
    end loop;
exception
    when undefined_object then
        raise warning 'nothing was granted to percorsi_planner, which is missing';
end
$$;
