package postgres

import (
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgtype"

	"percorsi/internal/casework"
	"percorsi/internal/person"
	"percorsi/internal/plan"
	"percorsi/internal/readmodel"
)

var personTable = &table{name: "people", keys: 1, columns: []column{
	{"person_id", aText},
	{"registered", aNumber},
	{"last", aNumber},
	{"identifier_kind", aText},
	{"identifier_key", aBytes},
}}

func personRow(r *person.Record) row {
	key := r.IdentifierKey
	if key == nil {
		key = []byte{}
	}
	return rowOf(r.ID, int64(r.Commands[0].Position), int64(r.Last), word(r.IdentifierKind), key)
}

var searchKeyTable = &table{name: "person_search_keys", keys: 2, columns: []column{
	{"key", aBytes}, {"person_id", aText},
}}

func searchKeyRow(r *person.Record, key []byte) row { return rowOf(key, r.ID) }

var linkTable = &table{name: "person_links", keys: 2, columns: []column{
	{"person_id", aText}, {"other_id", aText}, {"since_on", aDay}, {"position", aNumber},
}}

func linkRow(r *person.Record, b person.Bond) row {
	return rowOf(r.ID, b.Other, dateOf(b.On), int64(b.Revision))
}

var planTable = &table{name: "plans", keys: 1, columns: []column{
	{"plan_id", aText},
	{"published", aNumber},
	{"last", aNumber},
	{"version", aPlace},
	{"from_on", aDay},
	{"to_on", aDay},
	{"indicators", aPlace},
	{"activities", aPlace},
	{"supplied", aPlace},
}}

func planRow(s *plan.State) row {
	return rowOf(
		s.Plan.GetPlanId(), int64(s.PublishedAt), int64(s.Last), s.Plan.GetVersion(),
		dateOf(s.Plan.GetFrom()), dateOf(s.Plan.GetTo()),
		int32(len(s.Plan.GetIndicators())), int32(len(s.Activities)), int32(len(s.Supplied)),
	)
}

// dateOf gives a day as a plan writes it; a plan is checked when it is folded.
func dateOf(s string) pgtype.Date {
	d, err := casework.ParseDay(s)
	if err != nil {
		return pgtype.Date{}
	}
	return date(d)
}

var quarantineTable = &table{name: "quarantine", keys: 1, columns: []column{
	{"stream", aText}, {"at", aNumber}, {"since", aMoment}, {"reason", aText}, {"waiting", aNumber},
}}

func quarantineRow(q readmodel.Quarantine) row {
	since := pgtype.Timestamptz{Time: q.Since.UTC().Truncate(time.Microsecond), Valid: true}
	return row{string(q.Stream), int64(q.At), since, strings.ReplaceAll(q.Reason, "\x00", nulShown), int64(q.Waiting)}
}

// tables is every table that rows are folded into, in the order of the schema.
var tables = []*table{
	caseTable, casePeopleTable, partTable, clockTable, teamTable, meetingTable, assessmentTable, projectTable,
	supportTable, pathTable, referralTable, tenureTable, dischargeTable, personTable, searchKeyTable, linkTable, planTable, quarantineTable,
}
