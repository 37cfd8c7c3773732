-- Who was responsible for a case on any day, and why a referral was refused.

create table {{.schema}}.case_tenures (
    case_id uuid not null,
    nth integer not null,
    managing_body text collate "C" not null,
    case_manager text collate "C" not null,
    case_manager_body text collate "C" not null,
    from_on date,
    to_on date,
    primary key (case_id, nth)
);
comment on table {{.schema}}.case_tenures is 'Who was responsible for a case over some days. No day is in two of them.';
comment on column {{.schema}}.case_tenures.case_id is 'The case.';
comment on column {{.schema}}.case_tenures.nth is 'Place among the tenures of the case, from 0.';
comment on column {{.schema}}.case_tenures.managing_body is 'Body that managed the case.';
comment on column {{.schema}}.case_tenures.case_manager is 'Pseudonym of the case manager; empty while there was none.';
comment on column {{.schema}}.case_tenures.case_manager_body is 'Body of the case manager.';
comment on column {{.schema}}.case_tenures.from_on is 'First day.';
comment on column {{.schema}}.case_tenures.to_on is 'Last day; null for who is responsible now.';

alter table {{.schema}}.referrals add column refusal text collate "C" not null default '';
comment on column {{.schema}}.referrals.refusal is 'Why it was refused.';

create view {{.schema}}.planner_case_tenures as
select t.case_id, t.nth, t.managing_body, t.case_manager_body, t.from_on, t.to_on
from {{.schema}}.case_tenures t join {{.schema}}.cases c using (case_id) where not c.sealed;
comment on view {{.schema}}.planner_case_tenures is 'Bodies responsible for cases over time.';

do $$
begin
    execute 'grant select on {{.schema}}.planner_case_tenures to percorsi_planner';
exception
    when undefined_object then
        raise warning 'nothing was granted to percorsi_planner, which is missing';
end
$$;
