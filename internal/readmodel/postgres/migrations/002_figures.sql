-- Figures, for who reads the database with tools of his own. They are counted
-- by the program, from states of cases, and published here from time to time;
-- a publication is one transaction, so all four tables are of one position.

create table {{.schema}}.publication (
    single boolean primary key default true check (single),
    token uuid,
    position bigint not null default 0,
    as_of date,
    published_at timestamptz
);
comment on table {{.schema}}.publication is 'Of when the figures in indicator_values and evidence are: one row.';
comment on column {{.schema}}.publication.token is 'Changes with every publication; null before the first.';
comment on column {{.schema}}.publication.position is 'Position of the log that figures and evidence cover: they are what the log said there.';
comment on column {{.schema}}.publication.as_of is 'Day that the figures stand at.';
comment on column {{.schema}}.publication.published_at is 'When it was published.';
insert into {{.schema}}.publication default values;

create table {{.schema}}.indicator_values (
    plan_id text collate "C" not null,
    indicator text collate "C" not null,
    period text collate "C" not null,
    dimension text collate "C" not null,
    label text not null,
    status text collate "C" not null,
    value numeric,
    unit text not null,
    numerator bigint not null,
    denominator bigint not null,
    unknown bigint not null,
    failed bigint not null,
    coverage numeric,
    target numeric,
    achievement numeric,
    band text not null,
    reason text collate "C" not null,
    reason_text text not null,
    note text not null,
    plan_version integer not null,
    definition_version integer not null,
    from_on date,
    to_on date,
    as_of date not null,
    position bigint not null,
    primary key (plan_id, indicator, period)
);
comment on table {{.schema}}.indicator_values is 'Figures of the plans, over every case: those of percorsi indicators.';
comment on column {{.schema}}.indicator_values.plan_id is 'The plan.';
comment on column {{.schema}}.indicator_values.indicator is 'The indicator, such as A1.OUT.1.';
comment on column {{.schema}}.indicator_values.period is 'A year of the plan, or its years such as 2025-2027 for the whole of it.';
comment on column {{.schema}}.indicator_values.dimension is 'INPUT, PROCESS, OUTPUT or IMPACT.';
comment on column {{.schema}}.indicator_values.label is 'What the plan calls it.';
comment on column {{.schema}}.indicator_values.status is 'MEASURED; NO_TARGET: the value stands and the plan gives no target; NOT_MEASURABLE: see reason; NOT_DUE: the period has not begun.';
comment on column {{.schema}}.indicator_values.value is 'The figure in its unit, to two decimals; null where none stands. Numerator and denominator say it exactly.';
comment on column {{.schema}}.indicator_values.unit is 'Unit of value and target.';
comment on column {{.schema}}.indicator_values.numerator is 'What is divided, or the count.';
comment on column {{.schema}}.indicator_values.denominator is 'What it is divided by; 0 where nothing is divided.';
comment on column {{.schema}}.indicator_values.unknown is 'Units of which the deciding fact is not recorded.';
comment on column {{.schema}}.indicator_values.failed is 'Units for which the definition had no answer.';
comment on column {{.schema}}.indicator_values.coverage is 'Known units over all units, in percent; null where there are none.';
comment on column {{.schema}}.indicator_values.target is 'What the plan promises; null where it promises nothing.';
comment on column {{.schema}}.indicator_values.achievement is 'Done over planned, and planned over done where the figure should fall; in percent, to two decimals.';
comment on column {{.schema}}.indicator_values.band is 'Achievement in the words of the plan: nullo, insufficiente, sufficiente, buono, ottimo.';
comment on column {{.schema}}.indicator_values.reason is 'Why no value stands: NO_UNITS, COVERAGE_TOO_LOW, NOT_SUPPLIED, NOT_RECORDED, NO_YEAR_BEFORE or DEFINITION_FAILED.';
comment on column {{.schema}}.indicator_values.reason_text is 'The same in words.';
comment on column {{.schema}}.indicator_values.note is 'What the plan leaves open, and how it was read.';
comment on column {{.schema}}.indicator_values.plan_version is 'Version of the plan that was counted by.';
comment on column {{.schema}}.indicator_values.definition_version is 'Version of the definition that was counted by.';
comment on column {{.schema}}.indicator_values.from_on is 'First day that was counted.';
comment on column {{.schema}}.indicator_values.to_on is 'Last day that was counted.';
comment on column {{.schema}}.indicator_values.as_of is 'Day that the figure stands at.';
comment on column {{.schema}}.indicator_values.position is 'Position of the log at which the row was found to be so. It holds up to the position in publication.';

create table {{.schema}}.evidence (
    plan_id text collate "C" not null,
    indicator text collate "C" not null,
    period text collate "C" not null,
    case_id uuid,
    unit_id text collate "C" not null,
    verdict text collate "C" not null,
    key text collate "C" not null,
    personal boolean not null,
    far boolean not null,
    value bigint not null,
    denominator bigint not null,
    failure text not null
);
create index evidence_of_case on {{.schema}}.evidence (case_id, plan_id);
create index evidence_of_figure on {{.schema}}.evidence (plan_id, indicator, period);
comment on table {{.schema}}.evidence is 'The units behind the figures: a row for each unit, indicator and period, once for each of its keys. An indicator that shares the figure of another has none of its own.';
comment on column {{.schema}}.evidence.plan_id is 'The plan.';
comment on column {{.schema}}.evidence.indicator is 'The indicator that the unit was counted for.';
comment on column {{.schema}}.evidence.period is 'The year, or the years, that it was counted over. For growth there are rows of the year before the plan too.';
comment on column {{.schema}}.evidence.case_id is 'The case; null for an activity or a supplied figure of the plan.';
comment on column {{.schema}}.evidence.unit_id is 'The project, path, meeting, support, activity or supplied figure; the number of an evaluation, from 1; empty for the case itself.';
comment on column {{.schema}}.evidence.verdict is 'HIT, MISS, UNKNOWN (the deciding fact is not recorded) or FAILED.';
comment on column {{.schema}}.evidence.key is 'What it is counted under, where keys and not units are counted: a key is a HIT if one of its rows is, else UNKNOWN if one is, else a MISS.';
comment on column {{.schema}}.evidence.personal is 'The key is, or holds, the pseudonym of a person.';
comment on column {{.schema}}.evidence.far is 'In a share of keys, a unit of the other side, which only lends its key: a key without a row that is not far is not counted.';
comment on column {{.schema}}.evidence.value is 'What the unit adds; of a supplied figure its numerator.';
comment on column {{.schema}}.evidence.denominator is 'Denominator of a supplied figure; else 0.';
comment on column {{.schema}}.evidence.failure is 'Why the definition had no answer.';

create table {{.schema}}.evidence_digests (
    plan_id text collate "C" not null,
    case_id uuid not null,
    digest bigint not null,
    primary key (plan_id, case_id)
);
comment on table {{.schema}}.evidence_digests is 'What evidence has of each case, in short: so that only what differs is written again.';
comment on column {{.schema}}.evidence_digests.plan_id is 'The plan.';
comment on column {{.schema}}.evidence_digests.case_id is 'The case; 00000000-0000-0000-0000-000000000000 for the plan itself.';
comment on column {{.schema}}.evidence_digests.digest is 'Hash of the rows.';
