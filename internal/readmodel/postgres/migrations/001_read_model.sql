-- The read model: what the log says, as rows. Every table can be thrown away
-- and folded again. Words are those of the API, without their prefix; days are
-- dates, money is cents, positions are places of commits in the log, from 1.

create table {{.schema}}.progress (
    single boolean primary key default true check (single),
    position bigint not null,
    generation bigint not null default 0,
    clock_rules bytea not null default '',
    moved_at timestamptz not null default now()
);
comment on table {{.schema}}.progress is 'How far the log is folded: one row.';
comment on column {{.schema}}.progress.position is 'Position of the last commit that is in the rows.';
comment on column {{.schema}}.progress.generation is 'Counts how often rows were replaced where they stand: who writes begins again then.';
comment on column {{.schema}}.progress.clock_rules is 'Digest of the rules that the clocks were counted by.';
comment on column {{.schema}}.progress.moved_at is 'When the rows moved to this position.';
insert into {{.schema}}.progress (position) values (0);

create table {{.schema}}.cases (
    case_id uuid primary key,
    opened bigint not null,
    last bigint not null,
    commits integer not null,
    pathway text collate "C" not null,
    area text collate "C" not null,
    service text collate "C" not null,
    status text collate "C" not null,
    stage text collate "C" not null,
    person_id text collate "C" not null,
    comune text collate "C" not null,
    managing_body text collate "C" not null,
    signalled_by text collate "C" not null,
    signalled_by_kind text collate "C" not null,
    flow text collate "C" not null,
    case_manager text collate "C" not null,
    case_manager_body text collate "C" not null,
    opened_on date,
    pad_signed_on date,
    transmitted_on date,
    accepted_on date,
    decision text collate "C" not null,
    eligible_on date,
    eligible boolean not null,
    in_charge_on date,
    assigned_on date,
    summoned_on date,
    first_meeting_on date,
    closed_on date,
    outcome text collate "C" not null,
    closing_reason text collate "C" not null,
    refusal_reason text collate "C" not null,
    housing text collate "C" not null,
    needs text[] not null,
    bodies text[] not null,
    contacts integer not null,
    contacts_reached integer not null,
    household integer not null,
    sealed boolean not null,
    readers text[] not null
) with (fillfactor = 75);
create unique index cases_opened on {{.schema}}.cases (opened);
create index cases_of_body on {{.schema}}.cases (managing_body, opened)
    include (pathway, area, service, status, comune, case_manager);
create index cases_of_manager on {{.schema}}.cases (case_manager, opened);
create index cases_of_person on {{.schema}}.cases (person_id);
create index cases_read_by on {{.schema}}.cases using gin (readers);
comment on table {{.schema}}.cases is 'One row for each case.';
comment on column {{.schema}}.cases.case_id is 'Id of the case: that of the command that opened it.';
comment on column {{.schema}}.cases.opened is 'Position of the commit that opened the case: its place in every list.';
comment on column {{.schema}}.cases.last is 'Position of the newest commit of the case.';
comment on column {{.schema}}.cases.commits is 'Commits of the case so far.';
comment on column {{.schema}}.cases.pathway is 'ADI, SELF, DISCHARGE, ...';
comment on column {{.schema}}.cases.area is 'Area of the plan.';
comment on column {{.schema}}.cases.service is 'Service that the case belongs to.';
comment on column {{.schema}}.cases.status is 'SIGNALLED, WAITING, IN_CHARGE, SUSPENDED, CLOSED or REFUSED.';
comment on column {{.schema}}.cases.stage is 'Step of the pathway that the case has reached.';
comment on column {{.schema}}.cases.person_id is 'Pseudonym of the person, or of the applicant.';
comment on column {{.schema}}.cases.comune is 'ISTAT code of the Comune responsible.';
comment on column {{.schema}}.cases.managing_body is 'The titolare.';
comment on column {{.schema}}.cases.signalled_by is 'Body that signalled the case; empty for a citizen.';
comment on column {{.schema}}.cases.signalled_by_kind is 'Kind of who signalled the case.';
comment on column {{.schema}}.cases.flow is 'Flow of SELF.';
comment on column {{.schema}}.cases.case_manager is 'Pseudonym of the case manager; empty if none.';
comment on column {{.schema}}.cases.case_manager_body is 'Body of the case manager.';
comment on column {{.schema}}.cases.opened_on is 'Day of the signal or of the application.';
comment on column {{.schema}}.cases.pad_signed_on is 'Day of the patto di attivazione digitale.';
comment on column {{.schema}}.cases.transmitted_on is 'Day of the transmission to GePI.';
comment on column {{.schema}}.cases.accepted_on is 'Day of the acceptance.';
comment on column {{.schema}}.cases.decision is 'Decision on the measure.';
comment on column {{.schema}}.cases.eligible_on is 'Day the eligibility was assessed.';
comment on column {{.schema}}.cases.eligible is 'What was found then.';
comment on column {{.schema}}.cases.in_charge_on is 'Day the case was taken in charge.';
comment on column {{.schema}}.cases.assigned_on is 'Day the case manager was assigned.';
comment on column {{.schema}}.cases.summoned_on is 'Day of the summons.';
comment on column {{.schema}}.cases.first_meeting_on is 'Day of the first meeting with the service.';
comment on column {{.schema}}.cases.closed_on is 'Day of the closure or of the refusal.';
comment on column {{.schema}}.cases.outcome is 'Outcome of a closed case.';
comment on column {{.schema}}.cases.closing_reason is 'Why the case was closed.';
comment on column {{.schema}}.cases.refusal_reason is 'Why the case was refused.';
comment on column {{.schema}}.cases.housing is 'Housing situation recorded last.';
comment on column {{.schema}}.cases.needs is 'Needs found.';
comment on column {{.schema}}.cases.bodies is 'Every body that worked on the case, in order of appearance.';
comment on column {{.schema}}.cases.contacts is 'Attempts to reach the person.';
comment on column {{.schema}}.cases.contacts_reached is 'Attempts that reached the person.';
comment on column {{.schema}}.cases.household is 'Members of the household.';
comment on column {{.schema}}.cases.sealed is 'Kept in the compartment of those who work on it.';
comment on column {{.schema}}.cases.readers is 'Who sees the case besides the managing body: u: a user, w: a body that works on it, r: a body that reported it or provides for it.';

create table {{.schema}}.case_people (
    person_id text collate "C" not null,
    case_id uuid not null,
    relation text collate "C" not null,
    obligation text collate "C" not null,
    primary key (person_id, case_id)
);
create index case_people_of_case on {{.schema}}.case_people (case_id);
comment on table {{.schema}}.case_people is 'Who is in a case: the person it is about and the members of the household.';
comment on column {{.schema}}.case_people.person_id is 'Pseudonym.';
comment on column {{.schema}}.case_people.case_id is 'The case.';
comment on column {{.schema}}.case_people.relation is 'Relation to the applicant; empty for a person who is in no household.';
comment on column {{.schema}}.case_people.obligation is 'Obligation to work or study.';

create table {{.schema}}.case_parts (
    case_id uuid not null,
    part text collate "C" not null,
    revision bigint not null,
    primary key (case_id, part)
) with (fillfactor = 90);
comment on table {{.schema}}.case_parts is 'Parts of cases with their revision.';
comment on column {{.schema}}.case_parts.case_id is 'The case.';
comment on column {{.schema}}.case_parts.part is 'Name of the part, such as project/<id>/goal/<id>.';
comment on column {{.schema}}.case_parts.revision is 'Position of the commit that changed the part last.';

create table {{.schema}}.clocks (
    case_id uuid not null,
    nth smallint not null,
    name text collate "C" not null,
    label text not null,
    source text not null,
    about text collate "C" not null,
    started_on date not null,
    due_on date not null,
    due_at timestamptz,
    due bigint not null,
    opened bigint not null,
    managing_body text collate "C" not null,
    case_manager text collate "C" not null,
    sealed boolean not null,
    readers text[] not null,
    primary key (case_id, nth)
);
create index clocks_by_urgency on {{.schema}}.clocks (due, opened, name, about, nth) include (sealed, due_on);
create index clocks_of_body on {{.schema}}.clocks (managing_body, due, opened, name, about, nth) include (due_on, case_manager);
create index clocks_of_manager on {{.schema}}.clocks (case_manager, due) where case_manager <> '';
create index clocks_read_by on {{.schema}}.clocks using gin (readers);
comment on table {{.schema}}.clocks is 'Clocks that run.';
comment on column {{.schema}}.clocks.case_id is 'The case.';
comment on column {{.schema}}.clocks.nth is 'Place among the clocks of the case, from 0.';
comment on column {{.schema}}.clocks.name is 'Name of the clock, such as T120.';
comment on column {{.schema}}.clocks.label is 'What is due.';
comment on column {{.schema}}.clocks.source is 'Law or section of the plan that sets it.';
comment on column {{.schema}}.clocks.about is 'Pseudonym of the member who has the clock; empty for the case itself.';
comment on column {{.schema}}.clocks.started_on is 'Day it counts from.';
comment on column {{.schema}}.clocks.due_on is 'Last day it allows.';
comment on column {{.schema}}.clocks.due_at is 'Moment it is due, of a clock counted in hours.';
comment on column {{.schema}}.clocks.due is 'Urgency: the moment due, or the end of the day in UTC, in Unix seconds.';
comment on column {{.schema}}.clocks.opened is 'As in cases.';
comment on column {{.schema}}.clocks.managing_body is 'As in cases.';
comment on column {{.schema}}.clocks.case_manager is 'As in cases.';
comment on column {{.schema}}.clocks.sealed is 'As in cases.';
comment on column {{.schema}}.clocks.readers is 'As in cases.';

create table {{.schema}}.team_members (
    case_id uuid not null,
    member_id text collate "C" not null,
    user_id text collate "C" not null,
    profession text collate "C" not null,
    body text collate "C" not null,
    role text collate "C" not null,
    from_on date,
    to_on date,
    primary key (case_id, member_id)
);
comment on table {{.schema}}.team_members is 'Professionals in the teams of cases.';
comment on column {{.schema}}.team_members.case_id is 'The case.';
comment on column {{.schema}}.team_members.member_id is 'Id of the membership.';
comment on column {{.schema}}.team_members.user_id is 'Pseudonym of the professional.';
comment on column {{.schema}}.team_members.profession is 'Profession.';
comment on column {{.schema}}.team_members.body is 'Body.';
comment on column {{.schema}}.team_members.role is 'Role in the team.';
comment on column {{.schema}}.team_members.from_on is 'First day.';
comment on column {{.schema}}.team_members.to_on is 'Last day; null while in the team.';

create table {{.schema}}.meetings (
    case_id uuid not null,
    meeting_id text collate "C" not null,
    team text collate "C" not null,
    called_on date,
    for_day date,
    held_on date,
    cancelled boolean not null,
    expected text[] not null,
    present text[] not null,
    expected_present integer not null,
    bodies text[] not null,
    primary key (case_id, meeting_id)
);
comment on table {{.schema}}.meetings is 'Meetings of multidisciplinary teams.';
comment on column {{.schema}}.meetings.case_id is 'The case.';
comment on column {{.schema}}.meetings.meeting_id is 'Id of the meeting.';
comment on column {{.schema}}.meetings.team is 'Kind of team: EEM, UVM, ...';
comment on column {{.schema}}.meetings.called_on is 'Day it was called.';
comment on column {{.schema}}.meetings.for_day is 'Day it was called for.';
comment on column {{.schema}}.meetings.held_on is 'Day it was held.';
comment on column {{.schema}}.meetings.cancelled is 'Whether it was cancelled.';
comment on column {{.schema}}.meetings.expected is 'Professions called.';
comment on column {{.schema}}.meetings.present is 'Professions present.';
comment on column {{.schema}}.meetings.expected_present is 'How many of the professions called were present.';
comment on column {{.schema}}.meetings.bodies is 'Bodies called or present.';

create table {{.schema}}.assessments (
    case_id uuid not null,
    assessment_id text collate "C" not null,
    form text collate "C" not null,
    form_version text not null,
    opened_on date,
    result text collate "C" not null,
    concluded_on date,
    approved_on date,
    domains text[] not null,
    primary key (case_id, assessment_id)
);
comment on table {{.schema}}.assessments is 'Multidimensional assessments.';
comment on column {{.schema}}.assessments.case_id is 'The case.';
comment on column {{.schema}}.assessments.assessment_id is 'Id of the assessment.';
comment on column {{.schema}}.assessments.form is 'Form.';
comment on column {{.schema}}.assessments.form_version is 'Version of the form.';
comment on column {{.schema}}.assessments.opened_on is 'Day it was begun.';
comment on column {{.schema}}.assessments.result is 'Result of the preliminary analysis.';
comment on column {{.schema}}.assessments.concluded_on is 'Day it was concluded.';
comment on column {{.schema}}.assessments.approved_on is 'Day it was approved.';
comment on column {{.schema}}.assessments.domains is 'Domains that have a finding.';

create table {{.schema}}.projects (
    case_id uuid not null,
    project_id text collate "C" not null,
    measure text collate "C" not null,
    version integer not null,
    drafted_on date,
    starts_on date,
    ends_on date,
    signed_on date,
    refused_on date,
    goals integer not null,
    goals_reached integer not null,
    commitments integer not null,
    commitments_kept integer not null,
    budget_cents bigint not null,
    monitored integer not null,
    concluded_on date,
    outcome text collate "C" not null,
    primary key (case_id, project_id)
);
comment on table {{.schema}}.projects is 'Personalised projects.';
comment on column {{.schema}}.projects.case_id is 'The case.';
comment on column {{.schema}}.projects.project_id is 'Id of the project.';
comment on column {{.schema}}.projects.measure is 'Measure that the project belongs to.';
comment on column {{.schema}}.projects.version is 'Version, from 1.';
comment on column {{.schema}}.projects.drafted_on is 'Day it was drafted.';
comment on column {{.schema}}.projects.starts_on is 'First day.';
comment on column {{.schema}}.projects.ends_on is 'Last day foreseen.';
comment on column {{.schema}}.projects.signed_on is 'Day it had the signatures it needs.';
comment on column {{.schema}}.projects.refused_on is 'Day it was refused.';
comment on column {{.schema}}.projects.goals is 'Goals.';
comment on column {{.schema}}.projects.goals_reached is 'Goals reached.';
comment on column {{.schema}}.projects.commitments is 'Commitments.';
comment on column {{.schema}}.projects.commitments_kept is 'Commitments kept.';
comment on column {{.schema}}.projects.budget_cents is 'Budget of all funds, in cents of euro.';
comment on column {{.schema}}.projects.monitored is 'Monitorings held.';
comment on column {{.schema}}.projects.concluded_on is 'Day it was concluded.';
comment on column {{.schema}}.projects.outcome is 'Outcome.';

create table {{.schema}}.supports (
    case_id uuid not null,
    support_id text collate "C" not null,
    project_id text collate "C" not null,
    kind text collate "C" not null,
    provider text collate "C" not null,
    unit text collate "C" not null,
    fund text collate "C" not null,
    quantity bigint not null,
    delivered bigint not null,
    arranged_on date,
    started_on date,
    stopped_on date,
    outcome text collate "C" not null,
    primary key (case_id, support_id)
);
comment on table {{.schema}}.supports is 'Supports arranged, in a project or on the case itself.';
comment on column {{.schema}}.supports.case_id is 'The case.';
comment on column {{.schema}}.supports.support_id is 'Id of the support.';
comment on column {{.schema}}.supports.project_id is 'The project; empty for a support of the case itself.';
comment on column {{.schema}}.supports.kind is 'Kind of support.';
comment on column {{.schema}}.supports.provider is 'Body that provides it.';
comment on column {{.schema}}.supports.unit is 'Unit of quantity.';
comment on column {{.schema}}.supports.fund is 'Fund that pays.';
comment on column {{.schema}}.supports.quantity is 'Quantity arranged.';
comment on column {{.schema}}.supports.delivered is 'Quantity delivered so far.';
comment on column {{.schema}}.supports.arranged_on is 'Day it was arranged.';
comment on column {{.schema}}.supports.started_on is 'First day.';
comment on column {{.schema}}.supports.stopped_on is 'Last day.';
comment on column {{.schema}}.supports.outcome is 'Outcome.';

create table {{.schema}}.paths (
    case_id uuid not null,
    path_id text collate "C" not null,
    kind text collate "C" not null,
    host text collate "C" not null,
    host_kind text collate "C" not null,
    social_farming boolean not null,
    proposed_on date,
    agreed_on date,
    started_on date,
    ends_on date,
    suspended boolean not null,
    ended_on date,
    interrupted boolean not null,
    outcome text collate "C" not null,
    certificate boolean not null,
    follow_up text collate "C" not null,
    attended_minutes bigint not null,
    paid_cents bigint not null,
    primary key (case_id, path_id)
);
comment on table {{.schema}}.paths is 'Paths of SELF.';
comment on column {{.schema}}.paths.case_id is 'The case.';
comment on column {{.schema}}.paths.path_id is 'Id of the path.';
comment on column {{.schema}}.paths.kind is 'Kind of path.';
comment on column {{.schema}}.paths.host is 'Body or company that hosts it.';
comment on column {{.schema}}.paths.host_kind is 'Kind of host.';
comment on column {{.schema}}.paths.social_farming is 'Whether the host is a social farm.';
comment on column {{.schema}}.paths.proposed_on is 'Day it was proposed.';
comment on column {{.schema}}.paths.agreed_on is 'Day it was agreed.';
comment on column {{.schema}}.paths.started_on is 'First day.';
comment on column {{.schema}}.paths.ends_on is 'Last day foreseen.';
comment on column {{.schema}}.paths.suspended is 'Whether it is suspended.';
comment on column {{.schema}}.paths.ended_on is 'Day of the conclusion or of the interruption.';
comment on column {{.schema}}.paths.interrupted is 'Whether it ended early.';
comment on column {{.schema}}.paths.outcome is 'Outcome.';
comment on column {{.schema}}.paths.certificate is 'Whether a certificate was given.';
comment on column {{.schema}}.paths.follow_up is 'What was found after the path.';
comment on column {{.schema}}.paths.attended_minutes is 'Minutes attended.';
comment on column {{.schema}}.paths.paid_cents is 'Allowances paid, in cents of euro.';

create table {{.schema}}.referrals (
    case_id uuid not null,
    referral_id text collate "C" not null,
    kind text collate "C" not null,
    to_body text collate "C" not null,
    answer text collate "C" not null,
    sent_on date,
    answer_on date,
    primary key (case_id, referral_id)
);
comment on table {{.schema}}.referrals is 'Referrals and transfers to other bodies.';
comment on column {{.schema}}.referrals.case_id is 'The case.';
comment on column {{.schema}}.referrals.referral_id is 'Id of the referral.';
comment on column {{.schema}}.referrals.kind is 'Kind.';
comment on column {{.schema}}.referrals.to_body is 'Body it goes to.';
comment on column {{.schema}}.referrals.answer is 'Answer.';
comment on column {{.schema}}.referrals.sent_on is 'Day it was sent.';
comment on column {{.schema}}.referrals.answer_on is 'Day of the answer.';

create table {{.schema}}.discharges (
    case_id uuid primary key,
    line text collate "C" not null,
    source text collate "C" not null,
    reported_by text collate "C" not null,
    reported_on date,
    expected_on date,
    admitted boolean not null,
    admitted_on date,
    discharged_at timestamptz,
    discharged_on date,
    first_access_at timestamptz,
    first_access_on date,
    provider text collate "C" not null,
    provider_on date,
    home_care_minutes bigint not null,
    nursing_minutes bigint not null,
    bed text collate "C" not null,
    bed_assigned_on date,
    bed_entered_on date,
    bed_left_on date,
    destination text collate "C" not null,
    concluded_on date,
    outcome text collate "C" not null,
    six_month text collate "C" not null,
    six_month_on date
);
comment on table {{.schema}}.discharges is 'Protected discharges (dimissioni protette).';
comment on column {{.schema}}.discharges.case_id is 'The case.';
comment on column {{.schema}}.discharges.line is 'Line: home or bed.';
comment on column {{.schema}}.discharges.source is 'Where the report came from.';
comment on column {{.schema}}.discharges.reported_by is 'Body that reported it.';
comment on column {{.schema}}.discharges.reported_on is 'Day of the report.';
comment on column {{.schema}}.discharges.expected_on is 'Day of discharge that the ward expected.';
comment on column {{.schema}}.discharges.admitted is 'Whether the person was admitted to the service.';
comment on column {{.schema}}.discharges.admitted_on is 'Day of that decision.';
comment on column {{.schema}}.discharges.discharged_at is 'Moment of the discharge.';
comment on column {{.schema}}.discharges.discharged_on is 'Day of the discharge.';
comment on column {{.schema}}.discharges.first_access_at is 'Moment of the first access at home.';
comment on column {{.schema}}.discharges.first_access_on is 'Day of the first access at home.';
comment on column {{.schema}}.discharges.provider is 'Provider chosen.';
comment on column {{.schema}}.discharges.provider_on is 'Day it was chosen.';
comment on column {{.schema}}.discharges.home_care_minutes is 'Minutes of home care.';
comment on column {{.schema}}.discharges.nursing_minutes is 'Minutes of nursing.';
comment on column {{.schema}}.discharges.bed is 'Bed assigned.';
comment on column {{.schema}}.discharges.bed_assigned_on is 'Day it was assigned.';
comment on column {{.schema}}.discharges.bed_entered_on is 'First day in the bed.';
comment on column {{.schema}}.discharges.bed_left_on is 'Last day in the bed.';
comment on column {{.schema}}.discharges.destination is 'Where the person went afterwards.';
comment on column {{.schema}}.discharges.concluded_on is 'Day it was concluded.';
comment on column {{.schema}}.discharges.outcome is 'Outcome.';
comment on column {{.schema}}.discharges.six_month is 'Whether the person was in hospital again within six months.';
comment on column {{.schema}}.discharges.six_month_on is 'Day that was asked.';

create table {{.schema}}.people (
    person_id text collate "C" primary key,
    registered bigint not null,
    last bigint not null,
    identifier_kind text collate "C" not null,
    identifier_key bytea not null
);
create index people_by_identifier on {{.schema}}.people (identifier_key, registered) where identifier_key <> '';
comment on table {{.schema}}.people is 'People as pseudonyms. Who they are is sealed in the log.';
comment on column {{.schema}}.people.person_id is 'Pseudonym.';
comment on column {{.schema}}.people.registered is 'Position of the registration.';
comment on column {{.schema}}.people.last is 'Position of the newest commit of the person.';
comment on column {{.schema}}.people.identifier_kind is 'Kind of identifier that the person was registered with.';
comment on column {{.schema}}.people.identifier_key is 'Keyed hash of the identifier; empty without one.';

create table {{.schema}}.person_search_keys (
    key bytea not null,
    person_id text collate "C" not null,
    primary key (key, person_id)
);
create index person_search_keys_of_person on {{.schema}}.person_search_keys (person_id);
comment on table {{.schema}}.person_search_keys is 'Keyed hashes of the forms of names, for the search.';
comment on column {{.schema}}.person_search_keys.key is 'Keyed hash.';
comment on column {{.schema}}.person_search_keys.person_id is 'Pseudonym.';

create table {{.schema}}.plans (
    plan_id text collate "C" primary key,
    published bigint not null,
    last bigint not null,
    version integer not null,
    from_on date,
    to_on date,
    indicators integer not null,
    activities integer not null,
    supplied integer not null
);
comment on table {{.schema}}.plans is 'Plans as they were last published.';
comment on column {{.schema}}.plans.plan_id is 'Id of the plan.';
comment on column {{.schema}}.plans.published is 'Position of the publication.';
comment on column {{.schema}}.plans.last is 'Position of the newest commit of the plan.';
comment on column {{.schema}}.plans.version is 'Version of the text, from 1.';
comment on column {{.schema}}.plans.from_on is 'First day.';
comment on column {{.schema}}.plans.to_on is 'Last day.';
comment on column {{.schema}}.plans.indicators is 'Indicators.';
comment on column {{.schema}}.plans.activities is 'Activities recorded.';
comment on column {{.schema}}.plans.supplied is 'Supplied figures that stand.';

create table {{.schema}}.quarantine (
    stream text collate "C" primary key,
    at bigint not null,
    since timestamptz not null,
    reason text not null,
    waiting bigint not null
);
create unique index quarantine_at on {{.schema}}.quarantine (at);
comment on table {{.schema}}.quarantine is 'Streams that stopped at a commit that cannot be folded.';
comment on column {{.schema}}.quarantine.stream is 'The stream, such as case.<id>.';
comment on column {{.schema}}.quarantine.at is 'Position of the commit.';
comment on column {{.schema}}.quarantine.since is 'When the commit was stored.';
comment on column {{.schema}}.quarantine.reason is 'Why it cannot be folded.';
comment on column {{.schema}}.quarantine.waiting is 'Commits of the stream that came after it.';
