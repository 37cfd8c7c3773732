-- Since when somebody is in a household, and until when somebody was.

alter table {{.schema}}.case_people
    add column from_on date,
    add column to_on date;
comment on table {{.schema}}.case_people is 'Who is in a case: the person it is about, and everybody who is or was in the household.';
comment on column {{.schema}}.case_people.relation is 'Relation to the applicant, the last one of who has left; empty for a person who is in no household.';
comment on column {{.schema}}.case_people.from_on is 'First day in the household; null for a person who is in none.';
comment on column {{.schema}}.case_people.to_on is 'Last day in the household; null for who has not left it.';
