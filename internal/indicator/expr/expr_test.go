package expr

import (
	"errors"
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"

	"percorsi/internal/casework"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// caseScope is the scope of a path inside a case.
func caseScope() Scope {
	return Scope{
		Structs: []Variable{
			{Name: "case", Type: reflect.TypeFor[*casework.Case]()},
			{Name: "path", Type: reflect.TypeFor[*casework.Path]()},
		},
		Days: []string{"from", "to", "as_of"},
		Constants: map[string]int64{
			"Pathway.ADI": 1, "Pathway.SELF": 2, "Need.HOUSING": 4, "Outcome.POSITIVE": 1,
			"Voice.BENEFICIARY": 1, "Voice.OPERATORS": 2, "Judgement.POSITIVE": 1, "Status.CLOSED": 5,
		},
	}
}

func newEnv(tb testing.TB) *Env {
	tb.Helper()
	env, err := NewEnv(caseScope())
	if err != nil {
		tb.Fatal(err)
	}
	return env
}

func day(tb testing.TB, s string) casework.Day {
	tb.Helper()
	d, err := casework.ParseDay(s)
	if err != nil {
		tb.Fatal(err)
	}
	return d
}

// frameOf is the year 2025 of a case, as of its last day.
func frameOf(tb testing.TB, c *casework.Case, p *casework.Path) *Frame {
	tb.Helper()
	f := &Frame{}
	f.SetStruct(0, reflect.ValueOf(c))
	f.SetStruct(1, reflect.ValueOf(p))
	f.SetDay(0, day(tb, "2025-01-01"))
	f.SetDay(1, day(tb, "2025-12-31"))
	f.SetDay(2, day(tb, "2025-12-31"))
	return f
}

func someCase(tb testing.TB) *casework.Case {
	tb.Helper()
	return &casework.Case{
		Pathway: eventv1.Pathway_PATHWAY_SELF, Status: casework.Closed, Comune: "098031",
		OpenedOn: day(tb, "2025-03-01"), ClosedOn: day(tb, "2026-02-01"), CaseManager: "m.rossi",
		Needs: []eventv1.Need{eventv1.Need_NEED_HOUSING, eventv1.Need_NEED_CARE},
		Evaluations: []*casework.Evaluation{
			{Voice: eventv1.Voice_VOICE_BENEFICIARY, Judgement: eventv1.Judgement_JUDGEMENT_POSITIVE, HasScore: true, Score: 8},
			{Voice: eventv1.Voice_VOICE_OPERATORS, Judgement: eventv1.Judgement_JUDGEMENT_NEGATIVE},
		},
		Supports: []*casework.Support{
			{Provider: "COOP-A", Deliveries: []*casework.Delivery{{On: day(tb, "2025-05-01"), Quantity: 3}, {On: day(tb, "2026-05-01"), Quantity: 4}}},
			{Provider: "COOP-B"},
		},
		Bodies: []string{"ACSI", "ASST"},
	}
}

func TestAnswersOfExpressions(t *testing.T) {
	env := newEnv(t)
	frame := frameOf(t, someCase(t), &casework.Path{StartedOn: day(t, "2024-11-30"), Host: "ACME"})
	for source, want := range map[string]bool{
		`case.pathway == Pathway.SELF`:                                                              true,
		`case.status == Status.CLOSED && case.outcome == Outcome.POSITIVE`:                          false,
		`within(case.opened_on, from, to)`:                                                          true,
		`within(case.summoned_on, from, to)`:                                                        false,
		`until(case.closed_on, to)`:                                                                 false,
		`overlaps(path.started_on, path.ended_on, from, to)`:                                        true,
		`overlaps(path.started_on, months(path.started_on, 1), from, to)`:                           false,
		`months(path.started_on, 3) - months(path.started_on, 1) == 60`:                             true,
		`months(case.summoned_on, 6) == 0`:                                                          true,
		`Need.HOUSING in case.needs`:                                                                true,
		`case.needs.exists(n, n == 9) || size(case.needs) == 2`:                                     true,
		`case.evaluations.all(e, e.judgement == Judgement.POSITIVE)`:                                false,
		`case.evaluations.exists_one(e, e.voice == Voice.OPERATORS)`:                                true,
		`case.evaluations.filter(e, e.has_score).map(e, e.score)[0] == 8`:                           true,
		`sum(case.supports.map(s, sum(s.deliveries.map(d, d.quantity)))) == 7`:                      true,
		`sum(case.supports[0].deliveries.map(d, within(d.on, from, to), d.quantity)) == 3`:          true,
		`has(case.discharge)`:                                                                       false,
		`case.discharge.bed == "" && case.discharge.discharged_at == 0`:                             true,
		`has(case.bodies) && !has(case.meetings) && has(case.comune)`:                               true,
		`case.comune.startsWith("098") && case.comune.endsWith("31") && case.comune.contains("80")`: true,
		`(case.comune + "/" + string(size(case.bodies))) == "098031/2"`:                             true,
		`"COOP-B" in case.supports.map(s, s.provider) + ["X"]`:                                      true,
		`(has(case.discharge) ? case.discharge.bed : path.host) == "ACME"`:                          true,
		`-size(case.bodies) * 3 / 2 % 2 == -1`:                                                      true,
		`case.id == "00000000-0000-0000-0000-000000000000"`:                                         true,
		`case.discharge.admitted == case.evaluations[0].has_score`:                                  false,
		`case.bodies[5] == "X" && false`:                                                            false,
		`true || case.bodies[5] == "X"`:                                                             true,
		`case.evaluations.exists(e, e.score / (e.score - 8) == 9 || e.score == 0)`:                  true,
	} {
		t.Run(source, func(t *testing.T) {
			e, err := env.Bool(source)
			if err != nil {
				t.Fatal(err)
			}
			got, err := e.Eval(frame)
			if err != nil || got != want {
				t.Errorf("got %v, %v; want %v", got, err, want)
			}
		})
	}
}

func TestKeysAreTextsOrListsOfTexts(t *testing.T) {
	env := newEnv(t)
	frame := frameOf(t, someCase(t), &casework.Path{Host: "ACME"})
	for source, want := range map[string][]string{
		`path.host`:                          {"ACME"},
		`case.signalled_by`:                  nil,
		`case.bodies`:                        {"ACSI", "ASST"},
		`case.supports.map(s, s.provider)`:   {"COOP-A", "COOP-B"},
		`[path.host, "", case.comune]`:       {"ACME", "098031"},
		`case.bodies.filter(b, b != "ACSI")`: {"ASST"},
	} {
		k, err := env.Keys(source)
		if err != nil {
			t.Fatal(source, err)
		}
		got, err := k.Append(nil, frame)
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%s: %v %s", source, err, diff)
		}
	}
}

func TestWhatIsRefusedNamesItsPlace(t *testing.T) {
	env := newEnv(t)
	for source, want := range map[string]string{
		"case.opened_on > 0 &&\n case.nope == 1":                            "2:6: undefined field 'nope'",
		`case.Parts == 1`:                                                   "1:5: undefined field 'Parts'",
		`case.pathway == "ADI"`:                                             "1:14: found no matching overload for '_==_' applied to '(int, string)'",
		`case.pathway == Pathway.NOPE`:                                      "1:24: undeclared reference to 'Pathway.NOPE' (did you mean 'Pathway.ADI' or 'Pathway.SELF'?)",
		`case.pathway`:                                                      "1:1: must answer with bool, and answers with int",
		`case.pathway == Outcome.POSITIVE`:                                  "1:14: a value of Pathway is compared with one of Outcome",
		`Outcome.POSITIVE in case.needs`:                                    "1:18: a value of Outcome is compared with one of Need",
		`case.needs.exists(n, n == Pathway.ADI)`:                            "1:24: a value of Need is compared with one of Pathway",
		`case.paths.filter(p, p.minutes > 0)[0].outcome == Voice.OPERATORS`: "1:48: a value of Outcome is compared with one of Voice",
		`case.closed_on == Status.CLOSED`:                                   "1:16: a value of Day is compared with one of Status",
		`within(case.outcome, from, to)`:                                    "1:12: within asks for days, and this is a value of Outcome",
		`case.evaluations.map(e, e.score) == [8]`:                           "1:34: definitions do not compare values of type list(int) so",
		`case.comune.matches("0.*")`:                                        "1:20: definitions do not use matches for true or false",
		`{"a": case.status}["a"] == 5`:                                      "1:19: definitions have no maps",
		`dyn(case.needs).exists(n, n == 4)`:                                 "1:23: definitions walk lists with exists, all, exists_one, filter and map only",
		`1.5 > 1.0`:                                                         "1:5: definitions do not compare values of type double so",
		`case.projects.exists(a, a.goals.exists(b, case.projects.exists(c, c.goals.exists(d, case.projects.exists(e, e.id == a.id)))))`: "1:105: more than 4 macros stand inside one another",
		`case.`: "1:6: Syntax error: no viable alternative at input '.'",
	} {
		_, err := env.Bool(source)
		e, ok := errors.AsType[*Error](err)
		if !ok {
			t.Errorf("%s: got %v, want a problem", source, err)
			continue
		}
		if got := e.Problems[0].String(); got != want {
			t.Errorf("%s:\n got %s\nwant %s", source, got, want)
		}
	}
}

func TestEveryProblemOfASourceIsNamed(t *testing.T) {
	_, err := newEnv(t).Bool(`case.nope && case.none`)
	e, ok := errors.AsType[*Error](err)
	if !ok || len(e.Problems) != 2 {
		t.Fatalf("got %v, want both fields", err)
	}
	if got, want := e.Error(), "1:5: undefined field 'nope'; 1:18: undefined field 'none'"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestAnEvaluationWithoutAnswerSaysWhere(t *testing.T) {
	env := newEnv(t)
	frame := frameOf(t, someCase(t), &casework.Path{})
	for source, want := range map[string]string{
		`case.meetings[0].expected_present`:       "1:14: index outside the list",
		`case.bodies.size() / case.paths.size()`:  "1:20: divided by zero",
		`9223372036854775807 + size(case.needs)`:  "1:21: the number is too large",
		`9223372036854775807 * size(case.needs)`:  "1:21: the number is too large",
		`sum([9223372036854775807, 1])`:           "1:4: the sum is too large",
		`-9223372036854775807 - size(case.needs)`: "1:22: the number is too large",
		`months(from, 99999)`:                     "1:7: the day is out of reach",
	} {
		e, err := env.Int(source)
		if err != nil {
			t.Fatal(source, err)
		}
		if got, err := e.Eval(frame); err == nil || err.Error() != want {
			t.Errorf("%s: got %d, %v; want %s", source, got, err, want)
		}
	}
}

func TestAnExpressionTellsWhatItMentions(t *testing.T) {
	e, err := newEnv(t).Bool(`path.host != "" && case.paths.exists(p, p.started_on <= as_of)`)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]bool{"as_of": true, "path.host": true, "from": false, "path.kind": false} {
		if e.Mentions(name) != want {
			t.Errorf("Mentions(%s) = %v", name, !want)
		}
	}
}

func TestAConditionIsSplitByWhatChanges(t *testing.T) {
	env := newEnv(t)
	once, each, err := env.Split(`case.eligible && within(case.opened_on, from, to) && (path.host != "" && case.closed_on <= to)`, "from", "to")
	if err != nil {
		t.Fatal(err)
	}
	for name, inOnce := range map[string]bool{
		"case.eligible": true, "path.host": true, "case.opened_on": false, "case.closed_on": false, "from": false, "to": false,
	} {
		if once.Mentions(name) != inOnce || each.Mentions(name) == inOnce {
			t.Errorf("%s stands in the wrong part", name)
		}
	}
	c := someCase(t)
	frame := frameOf(t, c, &casework.Path{Host: "ACME"})
	for _, eligible := range []bool{false, true} {
		c.Eligible = eligible
		if got, err := once.Eval(frame); got != eligible || err != nil {
			t.Errorf("eligible %v: got %v, %v", eligible, got, err)
		}
	}
	if got, err := each.Eval(frame); got || err != nil {
		t.Errorf("closed after the period: got %v, %v", got, err)
	}
}

func TestAPartThatWouldBeEmptyIsNot(t *testing.T) {
	env := newEnv(t)
	if once, each, err := env.Split(`case.eligible`, "from", "to"); once == nil || each != nil || err != nil {
		t.Errorf("nothing changes: got %v, %v, %v", once, each, err)
	}
	if once, each, err := env.Split(`from < to || case.eligible`, "from", "to"); once != nil || each == nil || err != nil {
		t.Errorf("all changes: got %v, %v, %v", once, each, err)
	}
	if _, _, err := env.Split(`case.eligible && case.pathway == Outcome.POSITIVE && case.comune.matches("x")`, "from"); err == nil ||
		err.Error() != "1:31: a value of Pathway is compared with one of Outcome; 1:73: definitions do not use matches for true or false" {
		t.Errorf("got %v", err)
	}
}

func TestAScopeOfUnreadableTypesIsRefused(t *testing.T) {
	type odd struct {
		Rate float64 `cel:"rate"`
	}
	_, err := NewEnv(Scope{Structs: []Variable{{Name: "odd", Type: reflect.TypeFor[*odd]()}}})
	if err == nil || err.Error() != "field Rate of expr.odd: expressions have no type for float64" {
		t.Errorf("got %v", err)
	}
}
