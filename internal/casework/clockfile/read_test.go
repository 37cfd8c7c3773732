package clockfile_test

import (
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"percorsi/internal/casework"
	"percorsi/internal/casework/clockfile"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

const everyKey = `
- name: T90
  label: meeting
  source: law
  note: Certain.
  cases:
    pathways: [ADI, SELF]
    services: [POVERTY_TEAM]
    lines: [HOMELESS]
    opened_from: 2024-01-01
    opened_to: 2024-12-31
  each: member
  obligations: [SOCIAL_SERVICES]
  start: [first_meeting_held]
  reset: [periodic_meeting_held, summons_missed/justified]
  stop: [measure_decided/revoked]
  exempt: [measure_decided/renewed]
  length: {days: 90}
  survives: true
  valid_from: 2024-02-01
  valid_to: 2025-12-31
`

func day(s string) casework.Day {
	d, err := casework.ParseDay(s)
	if err != nil {
		panic(err)
	}
	return d
}

func TestEveryKeyIsRead(t *testing.T) {
	got, err := clockfile.Read(strings.NewReader(everyKey))
	if err != nil {
		t.Fatal(err)
	}
	want := []casework.ClockRule{{
		Name: "T90", Label: "meeting", Source: "law", Note: "Certain.",
		Cases: casework.Scope{
			Pathways:   []eventv1.Pathway{eventv1.Pathway_PATHWAY_ADI, eventv1.Pathway_PATHWAY_SELF},
			Services:   []eventv1.Service{eventv1.Service_SERVICE_POVERTY_TEAM},
			Lines:      []eventv1.DischargeLine{eventv1.DischargeLine_DISCHARGE_LINE_HOMELESS},
			OpenedFrom: day("2024-01-01"), OpenedTo: day("2024-12-31"),
		},
		Each: casework.EachMember, Obligations: []eventv1.Obligation{eventv1.Obligation_OBLIGATION_SOCIAL_SERVICES},
		Start: []casework.FactRef{{Kind: 25}}, Reset: []casework.FactRef{{Kind: 26}, {Kind: 24, About: "justified"}},
		Stop: []casework.FactRef{{Kind: 13, About: "revoked"}}, Exempt: []casework.FactRef{{Kind: 13, About: "renewed"}},
		Length: casework.Length{Days: 90}, Survives: true, ValidFrom: day("2024-02-01"), ValidTo: day("2025-12-31"),
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("rules (-want +got):\n%s", diff)
	}
}

func TestALengthHasFourForms(t *testing.T) {
	for form, want := range map[string]casework.Length{
		"hours: 72": {Hours: 72}, "days: 1": {Days: 1}, "months: 6": {Months: 6},
		"until: expected_on": {Until: casework.CaseDayExpected},
	} {
		file := rule("start: [discharged]", "length: {"+form+"}")
		got, err := clockfile.Read(strings.NewReader(file))
		if err != nil || got[0].Length != want {
			t.Errorf("%s: %v (%v), want %v", form, got, err, want)
		}
	}
}

// rule gives a file of one rule with these lines after the four words that
// every rule has; the first of them is line 5.
func rule(lines ...string) string {
	return "- name: X\n  label: l\n  source: s\n  note: n\n  " + strings.Join(lines, "\n  ") + "\n"
}

func TestWhatTheFileGetsWrongIsNamedWithItsLine(t *testing.T) {
	start, length := "start: [discharged]", "length: {days: 1}"
	for _, tc := range []struct {
		name, file, want string
	}{
		{"an unknown key", rule(start, length, "starts: [discharged]"), `clocks.yaml:7: there is no key "starts" here`},
		{"a key given twice", rule(start, length, length), "clocks.yaml:7: length is there twice"},
		{"a misspelt fact", rule("start: [dischargd]", length), `clocks.yaml:5: a case has no fact "dischargd"`},
		{"a fact of the plan", rule("start: [plan_published]", length), `clocks.yaml:5: a case has no fact "plan_published"`},
		{"a mark that no fact has", rule(start, length, "stop:", "  - first_access", "  - summons_missed/late"), "clocks.yaml:9: the fact summons_missed"},
		{"a word of no vocabulary", rule(start, length, "cases: {pathways: [ADI, RDC]}"), `clocks.yaml:7: Pathway has no word "RDC"`},
		{"the word that says nothing", rule(start, length, "cases: {lines: [UNSPECIFIED]}"), "clocks.yaml:7: DischargeLine has no word"},
		{"a day of no calendar", rule(start, length, "valid_from: 2025-02-30"), `clocks.yaml:7: "2025-02-30" is not a calendar day`},
		{"a day that no case has", rule("from: born_on", length), `clocks.yaml:5: a case has no day "born_on"`},
		{"a length of two kinds", rule(start, "length: {days: 1, months: 1}"), "clocks.yaml:6: a length is one of"},
		{"a length of nothing", rule(start, "length: {}"), "clocks.yaml:6: a length is one of"},
		{"a length below one", rule(start, "length: {days: 0}"), "clocks.yaml:6: a whole number above 0"},
		{"a length in words", rule(start, "length: {days: ten}"), "clocks.yaml:6: a whole number above 0"},
		{"a length that is no mapping", rule(start, "length: 90"), "clocks.yaml:6: keys and values are expected"},
		{"no length", rule(start), "clocks.yaml:1: X: length is required"},
		{"neither start nor from", rule(length), "clocks.yaml:1: X: it starts either"},
		{"both start and from", rule(start, "from: pad_signed_on", length), "clocks.yaml:1: X: it starts either"},
		{"hours from a fact without a moment", rule("start: [bed_entered]", "length: {hours: 1}"), "clocks.yaml:1: X: hours count from"},
		{"hours reset by a fact without a moment", rule(start, "reset: [bed_entered]", "length: {hours: 1}"), "clocks.yaml:1: X: hours count from"},
		{"hours from a day", rule("from: pad_signed_on", "length: {hours: 1}"), "clocks.yaml:1: X: hours count from"},
		{"a clock of each of something else", rule(start, length, "each: meeting"), `clocks.yaml:7: a clock is of each member or of each project, not of each "meeting"`},
		{"obligations of a project", rule(start, length, "each: project", "obligations: [EXEMPT]"), "clocks.yaml:1: X: obligations belong"},
		{"obligations of a case", rule(start, length, "obligations: [EXEMPT]"), "clocks.yaml:1: X: obligations belong"},
		{"validity that ends before it begins", rule(start, length, "valid_from: 2025-01-02", "valid_to: 2025-01-01"), "clocks.yaml:1: X: valid_to is before"},
		{"openings that end before they begin", rule(start, length, "cases: {opened_from: 2025-01-02, opened_to: 2025-01-01}"), "clocks.yaml:7: opened_to is before"},
		{"a list that is none", rule("start: discharged", length), "clocks.yaml:5: a list is expected"},
		{"an empty list", rule("start: []", length), "clocks.yaml:5: a list is expected"},
		{"a list of lists", rule("start: [[discharged]]", length), "clocks.yaml:5: one value is expected"},
		{"a truth that is none", rule(start, length, "survives: maybe"), "clocks.yaml:7: true or false"},
		{"no source", "- {name: X, label: l, note: n, start: [discharged], length: {days: 1}}", "clocks.yaml:1: X: label, source and note are required"},
		{"a name in small letters", "- {name: x, label: l, source: s, note: n, start: [discharged], length: {days: 1}}", "clocks.yaml:1: a rule has a name in capitals"},
		{"a rule that is a word", "- T120", "clocks.yaml:1: keys and values are expected"},
		{"no list", "name: X", "clocks.yaml:1: the file is a list"},
		{"nothing", "", "clocks.yaml:1: the file is a list"},
		{"no YAML", "- [", "clocks.yaml: yaml:"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			rules, err := clockfile.Read(strings.NewReader(tc.file))
			if err == nil || rules != nil {
				t.Fatalf("read as %v (%v)", rules, err)
			}
			if !strings.HasPrefix(err.Error(), tc.want) {
				t.Errorf("says %q, want %q", err, tc.want)
			}
		})
	}
}

func TestEveryMistakeIsNamedAtOnce(t *testing.T) {
	_, err := clockfile.Read(strings.NewReader(rule("start: [a, b]", "length: {weeks: 1}")))
	if got := strings.Count(err.Error(), "clocks.yaml:"); got < 3 {
		t.Errorf("%d mistakes named, want the two facts and the key: %v", got, err)
	}
}

func TestTwoRulesOfOneNameMustNotHoldForOneCaseAtOnce(t *testing.T) {
	two := func(first, second string) string {
		one := func(more string) string {
			return "- {name: T120, label: l, source: s, note: n, start: [discharged], length: {days: 1}" + more + "}\n"
		}
		return one(first) + one(second)
	}
	apart := map[string][2]string{
		"validity": {", valid_to: 2024-12-31", ", valid_from: 2025-01-01"},
		"openings": {", cases: {opened_from: 2025-01-01}", ", cases: {opened_to: 2024-12-31}"},
		"pathways": {", cases: {pathways: [ADI]}", ", cases: {pathways: [SELF, GENERALE]}"},
		"services": {", cases: {services: [SELF]}", ", cases: {services: [SAI]}"},
		"lines":    {", cases: {lines: [HOME]}", ", cases: {lines: [HOMELESS]}"},
		"obligations": {
			", each: member, obligations: [EXEMPT]", ", each: member, obligations: [SOCIAL_SERVICES]",
		},
	}
	for name, rules := range apart {
		if _, err := clockfile.Read(strings.NewReader(strings.ReplaceAll(two(rules[0], rules[1]), "SAI", "RECEPTION_SAI"))); err != nil {
			t.Errorf("apart by %s: %v", name, err)
		}
	}
	together := map[string][2]string{
		"no bounds":            {"", ""},
		"one open":             {", valid_to: 2024-12-31", ""},
		"a day in common":      {", valid_to: 2025-01-01", ", valid_from: 2025-01-01"},
		"a pathway in common":  {", cases: {pathways: [ADI, SELF]}", ", cases: {pathways: [SELF, GENERALE]}"},
		"a pathway and no one": {", cases: {pathways: [ADI]}", ""},
	}
	for name, rules := range together {
		_, err := clockfile.Read(strings.NewReader(two(rules[0], rules[1])))
		if err == nil || !strings.HasPrefix(err.Error(), "clocks.yaml:2: another rule is named T120") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

type named struct{ io.Reader }

func (named) Name() string { return "ambito.yaml" }

func TestAFileIsNamedByItsName(t *testing.T) {
	_, err := clockfile.Read(named{strings.NewReader("- T120")})
	if err == nil || !strings.HasPrefix(err.Error(), "ambito.yaml:1: ") {
		t.Errorf("says %v", err)
	}
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, errors.New("the disk is gone") }

func TestAFileThatCannotBeReadSaysWhy(t *testing.T) {
	if _, err := clockfile.Read(broken{}); err == nil || !strings.Contains(err.Error(), "the disk is gone") {
		t.Errorf("says %v", err)
	}
}

func FuzzReadNeverPanics(f *testing.F) {
	f.Add(everyKey)
	f.Add(rule("start: [discharged]", "length: {hours: 72}"))
	f.Add("- &a {name: X}\n- *a\n- <<: *a\n")
	f.Add("- {? [a]: b}")
	f.Fuzz(func(t *testing.T, file string) {
		rules, err := clockfile.Read(strings.NewReader(file))
		if (err == nil) == (len(rules) == 0) {
			t.Errorf("%d rules and the error %v", len(rules), err)
		}
	})
}
