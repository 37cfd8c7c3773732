package readmodeltest

import (
	"testing"

	"google.golang.org/protobuf/proto"

	"percorsi/internal/access"
	"percorsi/internal/casework"
	"percorsi/internal/eventlog"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	"percorsi/internal/readmodel"
)

func (s *suite) approvals() map[string]func(*testing.T) {
	return map[string]func(*testing.T){
		"what waits for an approval is listed for its colleagues": s.awaiting,
		"what waits is listed by the rules, not by what happened": s.awaitingByRule,
	}
}

// waitingCase is a case of ADI, with a clock, on which a test acts.
type waitingCase struct {
	*testing.T

	suite  *suite
	book   *book
	model  readmodel.Model
	stream eventlog.Stream
	last   *eventv1.Commit
}

func (s *suite) waitingCase(t *testing.T) *waitingCase {
	t.Helper()
	w := &waitingCase{T: t, suite: s, book: newBook(), model: s.model(t)}
	opening := applied(t, village(t, w.book, 1)[0])
	w.stream = eventlog.Stream(opening.GetStream())
	w.book.write(t, opening)
	return w
}

// does writes what a user recorded.
func (w *waitingCase) does(user, on string, content proto.Message) {
	w.Helper()
	w.last = commit(w.T, w.stream, on, content)
	w.last.Actor.User = user
	w.book.write(w.T, w.last)
}

// finds checks who finds the case and its clocks, and since when it says that it
// waits.
func (w *waitingCase) finds(when string, want casework.Waits, who map[string]bool) {
	w.Helper()
	w.book.tell(w.T, w.model)
	all := rows(w.T, w.model, readmodel.Everything(), readmodel.CaseFilter{}, 5)
	if len(all) != 1 || all[0].Waits != want {
		w.Errorf("%s: %+v is shown, want that it waits since %+v", when, all, want)
	}
	w.listed(when, readmodel.CaseFilter{Awaiting: true}, readmodel.ClockFilter{Awaiting: true}, want.Any())
	for user, finds := range who {
		w.listed(when+", to "+user, readmodel.CaseFilter{Approver: user}, readmodel.ClockFilter{Approver: user}, finds)
	}
}

func (w *waitingCase) listed(when string, f readmodel.CaseFilter, k readmodel.ClockFilter, want bool) {
	w.Helper()
	for name, by := range map[string]readmodel.Scope{
		"the program": readmodel.Everything(), "a coordinator": readmodel.SeenBy(access.Caller{User: "op-9", Role: access.Coordinator, Body: "ACSI"}),
	} {
		if got := len(rows(w.T, w.model, by, f, 5)) > 0; got != want {
			w.Errorf("%s: %s finds the case: %v", when, name, got)
		}
		clocks := items(w.T, w.model, by, k, 50)
		every := w.suite.agenda(w.book, everyOne)
		if len(every) == 0 || want != (len(clocks) > 0) || want && len(clocks) != len(every) {
			w.Errorf("%s: %s finds %d of %d clocks, and the case: %v", when, name, len(clocks), len(every), want)
		}
	}
}

func dayOf(t *testing.T, s string) casework.Day {
	t.Helper()
	d, err := casework.ParseDay(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func (s *suite) awaiting(t *testing.T) {
	w := s.waitingCase(t)
	const assessment, project = "0195e8a2-5a00-7d10-b6c1-000000000001", "0195e8a2-5a00-7d10-b6c1-000000000002"
	nobody := map[string]bool{"anna": false, "bruno": false, "carla": false}
	w.finds("at the begin", casework.Waits{}, nobody)
	w.does("anna", "2025-02-10", &eventv1.AssessmentOpened{AssessmentId: assessment, Form: eventv1.Form_FORM_MULTIDIMENSIONAL, FormVersion: "1"})
	w.finds("while it is open", casework.Waits{}, nobody)
	w.does("anna", "2025-02-12", &eventv1.AssessmentConcluded{AssessmentId: assessment})
	concluded := w.last
	since := casework.Waits{Assessment: dayOf(t, "2025-02-12")}
	w.finds("concluded", since, map[string]bool{"anna": false, "bruno": true, "carla": true})

	w.does("bruno", "2025-02-13", &eventv1.ProjectDrafted{ProjectId: project, Measure: eventv1.Measure_MEASURE_PAIS, StartsOn: "2025-02-13"})
	w.does("bruno", "2025-02-14", &eventv1.ProjectSubmitted{ProjectId: project})
	since.Project = dayOf(t, "2025-02-14")
	w.finds("with a project of a colleague", since, map[string]bool{"anna": true, "bruno": true, "carla": true})

	w.does("bruno", "2025-02-15", &eventv1.AssessmentApproved{AssessmentId: assessment})
	since.Assessment = 0
	w.finds("once one is approved", since, map[string]bool{"anna": true, "bruno": false, "carla": true})
	w.does("carla", "2025-02-16", &eventv1.ProjectApproved{ProjectId: project})
	w.finds("once both are", casework.Waits{}, nobody)

	w.does("carla", "2025-03-01", &eventv1.FactAmended{
		CommandId: concluded.GetCommandId(), Reason: eventv1.CorrectionReason_CORRECTION_REASON_WRONG_DATE,
		Replacement: concluded.GetFacts()[0],
	})
	w.finds("once what was approved is corrected", casework.Waits{Assessment: dayOf(t, "2025-03-01")},
		map[string]bool{"anna": false, "bruno": true, "carla": false})
}

func (s *suite) awaitingByRule(t *testing.T) {
	b, m := s.district(), s.model(t)
	b.tell(t, m)
	waiting, others, barred := 0, 0, 0
	for _, c := range b.states {
		switch list := c.Awaiting(Approvals()); {
		case len(list) == 0 && len(c.Awaiting(casework.Approvals{{Of: casework.ApprovableAssessment}})) > 0:
			others++
		case len(list) > 0:
			waiting++
			barred += len(casework.Barred(list))
		}
	}
	if waiting < 5 || others == 0 || barred == 0 {
		t.Fatalf("in %d cases something waits, %d times for others than somebody; in %d something would by another rule: nothing is tried", waiting, barred, others)
	}
	for _, f := range []readmodel.CaseFilter{{Awaiting: true}, {Approver: "op-001"}, {Approver: "op-002"}, {Approver: "nobody"}} {
		want := b.newestFirst(func(c *casework.Case) bool { return f.Matches(c, nil, Approvals()) })
		equalRows(t, "what waits", want, rows(t, m, readmodel.Everything(), f, 4))
		k := readmodel.ClockFilter{Awaiting: f.Awaiting, Approver: f.Approver}
		equalItems(t, s.agenda(b, func(c *casework.Case, c1 casework.Clock) bool { return k.Matches(c, c1, nil, Approvals()) }),
			items(t, m, readmodel.Everything(), k, 5))
	}
}
