-- What was never done in a case.

alter table {{.schema}}.cases add column lacks integer not null default 0;
comment on column {{.schema}}.cases.lacks is 'What the case lacks, as the sum of: 1 never summoned, 2 never met, 4 never assessed, 8 never convened, 16 never evaluated, 32 something that the preliminary analysis decided, 64 an answer to a referral.';

create index cases_lacking on {{.schema}}.cases (managing_body, opened) include (lacks) where lacks <> 0;
