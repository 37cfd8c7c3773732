package postgres

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"percorsi/internal/access"
	"percorsi/internal/casework"
	casefilev1 "percorsi/internal/gen/percorsi/casefile/v1"
	"percorsi/internal/readmodel"
)

// rowOf makes a row of what a table can hold, see plain.
func rowOf(values ...any) row {
	for i, v := range values {
		switch v := v.(type) {
		case string:
			if !isPlain(v) {
				values[i] = plain(v)
			}
		case []string:
			values[i] = plainList(v)
		case []byte:
			values[i] = plainBytes(v)
		}
	}
	return values
}

// maxText bounds what a row has of a text, in bytes. Several of them fit into
// an entry of an index. No text that this program writes into the log and shows
// in a table is as long.
const maxText = 500

// nulShown stands for a NUL, which no text of a database has.
const nulShown = "\u2400"

func isPlain(s string) bool { return len(s) <= maxText && strings.IndexByte(s, 0) < 0 }

// plain gives a text of the log as a database can hold it. What is not the same
// in the log is not the same here either: of a text that is too long for an
// index there is the beginning, and a hash of the whole.
func plain(s string) string {
	if isPlain(s) {
		return s
	}
	s = strings.ReplaceAll(s, "\x00", nulShown)
	if len(s) <= maxText {
		return s
	}
	sum := sha256.Sum256([]byte(s))
	return strings.ToValidUTF8(s[:maxText-hex.EncodedLen(len(sum))], "") + hex.EncodeToString(sum[:])
}

// plainBytes gives bytes of the log in the same way.
func plainBytes(b []byte) []byte {
	if len(b) <= maxText {
		return b
	}
	sum := sha256.Sum256(b)
	return append(slices.Clone(b[:maxText-len(sum)]), sum[:]...)
}

// plainList gives a list as a database can hold it.
func plainList(l []string) []string {
	if !slices.ContainsFunc(l, func(s string) bool { return !isPlain(s) }) {
		return l
	}
	out := make([]string, len(l))
	for i, s := range l {
		out[i] = plain(s)
	}
	return out
}

var caseTable = &table{name: "cases", keys: 1, columns: []column{
	{"case_id", aUUID},
	{"opened", aNumber},
	{"last", aNumber},
	{"commits", aPlace},
	{"pathway", aText},
	{"area", aText},
	{"service", aText},
	{"status", aText},
	{"stage", aText},
	{"person_id", aText},
	{"comune", aText},
	{"managing_body", aText},
	{"signalled_by", aText},
	{"signalled_by_kind", aText},
	{"flow", aText},
	{"case_manager", aText},
	{"case_manager_body", aText},
	{"opened_on", aDay},
	{"pad_signed_on", aDay},
	{"transmitted_on", aDay},
	{"accepted_on", aDay},
	{"decision", aText},
	{"eligible_on", aDay},
	{"eligible", aBool},
	{"in_charge_on", aDay},
	{"assigned_on", aDay},
	{"summoned_on", aDay},
	{"first_meeting_on", aDay},
	{"closed_on", aDay},
	{"outcome", aText},
	{"closing_reason", aText},
	{"refusal_reason", aText},
	{"housing", aText},
	{"needs", aList},
	{"bodies", aList},
	{"contacts", aPlace},
	{"contacts_reached", aPlace},
	{"household", aPlace},
	{"sealed", aBool},
	{"readers", aList},
	{"lacks", aPlace},
	{"assessment_waits_since", aDay},
	{"project_waits_since", aDay},
	{"closure_waits_since", aDay},
	{"barred", aList},
}}

// caseRow gives the row of a case.
func caseRow(e *entry) row {
	c := e.state.Case
	housing, reached := "", int32(0)
	if n := len(c.Housing); n > 0 {
		housing = word(c.Housing[n-1].Status)
	}
	for _, k := range c.Contacts {
		if k.Reached {
			reached++
		}
	}
	return rowOf(
		id16(c.ID),
		int64(c.Opened),
		int64(c.Last),
		int32(len(c.Commands)),
		word(c.Pathway),
		word(c.Area),
		word(c.Service),
		word(casefilev1.CaseStatus(c.Status)),
		string(c.Stage()),
		c.Person,
		c.Comune,
		c.ManagingBody,
		c.SignalledBy,
		word(c.SignalledByKind),
		word(c.Flow),
		c.CaseManager,
		c.CaseManagerBody,
		date(c.OpenedOn),
		date(c.PadSignedOn),
		date(c.TransmittedOn),
		date(c.AcceptedOn),
		word(c.Decision),
		date(c.EligibleOn),
		c.Eligible,
		date(c.InChargeOn),
		date(c.AssignedOn),
		date(c.SummonedOn),
		date(c.FirstMeetingOn),
		date(c.ClosedOn),
		word(c.Outcome),
		word(c.ClosingReason),
		word(c.RefusalReason),
		housing,
		words(c.Needs),
		list(c.Bodies),
		int32(len(c.Contacts)),
		reached,
		int32(len(c.Household)),
		access.Sealed(c),
		e.readers,
		int32(c.Lacks()),
		date(e.waits.Assessment),
		date(e.waits.Project),
		date(e.waits.Closure),
		list(e.barred),
	)
}

var casePeopleTable = &table{name: "case_people", keys: 2, columns: []column{
	{"person_id", aText},
	{"case_id", aUUID},
	{"relation", aText},
	{"obligation", aText},
	{"from_on", aDay},
	{"to_on", aDay},
}}

// casePeopleRows gives everybody who is in a case or was in its household, each
// once: from the first day that they were there, to the last one of those who are
// there no more.
func casePeopleRows(c *casework.Case) []row {
	var people []casework.Membership
	for _, m := range c.Memberships() {
		i := slices.IndexFunc(people, func(p casework.Membership) bool { return p.Person == m.Person })
		if i < 0 {
			people = append(people, m)
			continue
		}
		m.From = people[i].From
		people[i] = m
	}
	if !slices.ContainsFunc(people, func(p casework.Membership) bool { return p.Person == c.Person }) {
		people = append(people, casework.Membership{Person: c.Person})
	}
	rows := make([]row, len(people))
	for i, p := range people {
		rows[i] = rowOf(p.Person, id16(c.ID), word(p.Relation), word(p.Obligation), date(p.From), date(p.To))
	}
	return rows
}

var partTable = &table{name: "case_parts", keys: 2, columns: []column{
	{"case_id", aUUID}, {"part", aText}, {"revision", aNumber},
}}

func partRow(c *casework.Case, p casework.PartRevision) row {
	return rowOf(id16(c.ID), string(p.Part), int64(p.Revision))
}

var clockTable = &table{name: "clocks", keys: 2, columns: []column{
	{"case_id", aUUID},
	{"nth", aSmall},
	{"name", aText},
	{"label", aText},
	{"source", aText},
	{"about", aText},
	{"started_on", aDay},
	{"due_on", aDay},
	{"due_at", aMoment},
	{"due", aNumber},
	{"opened", aNumber},
	{"managing_body", aText},
	{"case_manager", aText},
	{"sealed", aBool},
	{"readers", aList},
	{"case_waits", aBool},
}}

// clockRow gives the row of the nth clock of a case.
func clockRow(e *entry, k casework.Clock, nth int) row {
	c := e.state.Case
	opened := readmodel.OpenedAt(c)
	return rowOf(
		id16(c.ID), int16(nth), k.Name, k.Label, k.Source, k.About, date(k.StartedOn), date(k.DueOn), moment(k.DueAt),
		readmodel.UrgencyOf(opened, k, nth).Due, int64(opened), c.ManagingBody, c.CaseManager, access.Sealed(c), e.readers, e.waits.Any(),
	)
}
