package readmodeltest

import (
	"testing"

	"google.golang.org/protobuf/proto"

	"percorsi/internal/casework"
	"percorsi/internal/eventlog"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	"percorsi/internal/readmodel"
)

func (s *suite) teams() map[string]func(*testing.T) {
	return map[string]func(*testing.T){
		"an empty model has no meetings":               s.noMeetings,
		"meetings are counted by year and kind":        s.teamFigures,
		"meetings are counted in the cases one sees":   s.teamScopes,
		"a meeting that is held is counted only once":  s.heldOnce,
		"bodies that were called only do not count":    s.calledOnly,
		"figures say at which position they were read": s.teamPosition,
	}
}

func teamFigures(t *testing.T, m readmodel.Model, by readmodel.Scope, f readmodel.TeamFilter) []readmodel.TeamFigure {
	t.Helper()
	got, err := m.TeamFigures(t.Context(), by, f)
	if err != nil {
		t.Fatal(err)
	}
	return got.Rows
}

// tallied gives the figures as they have to be.
func tallied(b *book, by readmodel.Scope, f readmodel.TeamFilter) []readmodel.TeamFigure {
	var t readmodel.TeamTally
	for _, c := range b.states {
		if by.Sees(c) {
			t.Add(c, f)
		}
	}
	return t.Figures()
}

func (s *suite) noMeetings(t *testing.T) {
	if got := teamFigures(t, s.model(t), readmodel.Everything(), readmodel.TeamFilter{}); len(got) != 0 {
		t.Errorf("%+v", got)
	}
}

func (s *suite) teamFigures(t *testing.T) {
	b, m := s.district(), s.model(t)
	b.tell(t, m)
	whole := tallied(b, readmodel.Everything(), readmodel.TeamFilter{})
	if len(whole) < 5 {
		t.Fatalf("the district has only %d kinds of teams", len(whole))
	}
	first, last := casework.Day(1<<30), casework.Day(0)
	body := ""
	for _, c := range b.states {
		for _, one := range c.Meetings {
			first, last, body = min(first, readmodel.MeetingDay(one)), max(last, readmodel.MeetingDay(one)), c.ManagingBody
		}
	}
	for _, f := range []readmodel.TeamFilter{
		{},
		{Team: whole[0].Team},
		{Team: eventv1.TeamKind(99)},
		{ManagingBody: body},
		{ManagingBody: "NOBODY"},
		{From: (first + last) / 2},
		{To: (first + last) / 2},
		{From: first + 1, To: last - 1, ManagingBody: body, Team: whole[0].Team},
	} {
		equal(t, "figures", each(tallied(b, readmodel.Everything(), f), itself), each(teamFigures(t, m, readmodel.Everything(), f), itself))
	}
}

func (s *suite) teamScopes(t *testing.T) {
	b, m := s.district(), s.model(t)
	b.tell(t, m)
	for _, by := range eyes(b) {
		for _, f := range []readmodel.TeamFilter{{}, {ManagingBody: "ACSI"}} {
			equal(t, "figures", each(tallied(b, by, f), itself), each(teamFigures(t, m, by, f), itself))
		}
	}
}

// convene opens a case and calls a meeting of two bodies.
func convene(t *testing.T, b *book) (hold func(on string, bodies ...string)) {
	t.Helper()
	opening := applied(t, "one")
	b.write(t, opening)
	call := &eventv1.MeetingCalled{
		MeetingId: planID, Team: eventv1.TeamKind_TEAM_KIND_UVM, MeetingOn: "2025-12-20", Bodies: []string{"ACSI", "ASST-LODI"},
		ProfessionsExpected: []eventv1.Profession{eventv1.Profession_PROFESSION_NURSE, eventv1.Profession_PROFESSION_PHYSICIAN},
	}
	write := func(on string, content proto.Message) {
		b.write(t, commit(t, eventlog.Stream(opening.GetStream()), on, content))
	}
	write("2025-12-01", call)
	return func(on string, bodies ...string) {
		held := &eventv1.MeetingHeld{MeetingId: planID}
		for _, body := range bodies {
			held.Present = append(held.Present, &eventv1.Presence{Profession: eventv1.Profession_PROFESSION_NURSE, Body: body})
		}
		write(on, held)
	}
}

func (s *suite) heldOnce(t *testing.T) {
	b, m := newBook(), s.model(t)
	hold := convene(t, b)
	b.tell(t, m)
	equal(t, "called", []readmodel.TeamFigure{{Year: 2025, Team: eventv1.TeamKind_TEAM_KIND_UVM, Called: 1}},
		teamFigures(t, m, readmodel.Everything(), readmodel.TeamFilter{}))
	hold("2026-01-10", "ACSI", "ASST-LODI")
	b.tell(t, m)
	equal(t, "held in the year after", []readmodel.TeamFigure{{
		Year: 2026, Team: eventv1.TeamKind_TEAM_KIND_UVM, Called: 1, Held: 1, Expected: 2, Present: 1, Cases: 1, CasesOfBodies: 1,
	}}, teamFigures(t, m, readmodel.Everything(), readmodel.TeamFilter{}))
}

func (s *suite) calledOnly(t *testing.T) {
	b, m := newBook(), s.model(t)
	convene(t, b)("2025-12-20", "ACSI", "ACSI")
	b.tell(t, m)
	equal(t, "one body came", []readmodel.TeamFigure{{
		Year: 2025, Team: eventv1.TeamKind_TEAM_KIND_UVM, Called: 1, Held: 1, Expected: 2, Present: 1, Cases: 1,
	}}, teamFigures(t, m, readmodel.Everything(), readmodel.TeamFilter{}))
}

func (s *suite) teamPosition(t *testing.T) {
	b, m := newBook(), s.model(t)
	convene(t, b)
	b.tell(t, m)
	for _, f := range []readmodel.TeamFilter{{}, {ManagingBody: "NOBODY"}} {
		got, err := m.TeamFigures(t.Context(), readmodel.Everything(), f)
		if err != nil || got.Position != b.last() {
			t.Errorf("position %d, want %d, %v", got.Position, b.last(), err)
		}
	}
}
