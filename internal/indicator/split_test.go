package indicator

import (
	"fmt"
	"strings"
	"testing"

	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// shares writes figures as group num/den, one after the other.
func shares(figures []Figure) string {
	out := make([]string, len(figures))
	for i, f := range figures {
		out[i] = fmt.Sprintf("%s %d/%d", f.Group, f.Numerator, f.Denominator)
	}
	return strings.Join(out, ", ")
}

// splitBoard holds three cases: a woman of 34 and a man of 65 in 2025, and a
// case of the man and of a person nothing is known of in 2026.
func splitBoard(t *testing.T) *Board {
	t.Helper()
	board := boardOf(t, compile(t,
		define("A1.OUT.1", &eventv1.Definition{Aggregation: ratio, Of: opened, Hit: "case.case_manager != ''"}),
		define("A1.OUT.2", &eventv1.Definition{Aggregation: count, Unit: unitPerson, Of: opened}),
		define("A1.OUT.3", &eventv1.Definition{Aggregation: count, Unit: unitActivity, Source: fromActivities}),
	), "2026-12-31")
	woman, man := caseOf(t, 0, "ada", "2025-02-01"), caseOf(t, 1, "bruno", "2025-03-01")
	again, unknown := caseOf(t, 2, "bruno", "2026-03-01"), caseOf(t, 3, "chi", "2026-04-01")
	woman.CaseManager, woman.Flow, woman.ManagingBody = "m1", eventv1.Flow_FLOW_JUSTICE, "ACSI"
	man.Area, unknown.Comune = eventv1.Area_AREA_WORK, ""
	board.Touch(woman, Attributes{BirthYear: 1991, Sex: eventv1.Sex_SEX_FEMALE, Citizenship: eventv1.Citizenship_CITIZENSHIP_ITALIAN})
	board.Touch(man, Attributes{})
	board.Touch(again, Attributes{BirthYear: 1960, Sex: eventv1.Sex_SEX_MALE, Citizenship: eventv1.Citizenship_CITIZENSHIP_NON_EU})
	board.Touch(unknown, Attributes{})
	return board
}

func TestFiguresAreSplit(t *testing.T) {
	board := splitBoard(t)
	for by, want := range map[By]string{
		ByComune:       "098030 1/1, 098031 0/1, 098032 0/1, NOT_AVAILABLE 0/1",
		ByManagingBody: "ACSI 1/1, NOT_AVAILABLE 0/3",
		ByFlow:         "JUSTICE 1/1, NOT_AVAILABLE 0/3",
		BySex:          "FEMALE 1/1, MALE 0/2, NOT_AVAILABLE 0/1",
		ByAgeClass:     "30-44 1/1, 65-74 0/2, NOT_AVAILABLE 0/1",
		ByYear:         "2025 1/2, 2026 0/2, 2027 0/0",
		ByArea:         "WORK 0/1, NOT_AVAILABLE 1/3",
		ByCitizenship:  "ITALIAN 1/1, NON_EU 0/2, NOT_AVAILABLE 0/1",
	} {
		figures, err := board.Figures(t.Context(), Query{Indicators: []string{"A1.OUT.1"}, By: by})
		if err != nil {
			t.Fatal(err)
		}
		if got := shares(figures); got != want {
			t.Errorf("by %d: got %s, want %s", by, got, want)
		}
	}
}

func TestOnlyGroupsWithUnitsInThePeriodAreShown(t *testing.T) {
	figures, err := splitBoard(t).Figures(t.Context(), Query{Period: "2026", Indicators: []string{"A1.OUT.1"}, By: BySex})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := shares(figures), "MALE 0/1, NOT_AVAILABLE 0/1"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestAPersonCountsOnceInEachGroup(t *testing.T) {
	figures, err := splitBoard(t).Figures(t.Context(), Query{Indicators: []string{"A1.OUT.2"}, By: ByComune})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := shares(figures), "098030 1/0, 098031 1/0, 098032 1/0, NOT_AVAILABLE 1/0"; got != want {
		t.Errorf("the cases of one person stand in two Comuni: got %s, want %s", got, want)
	}
}

func TestAPersonWithTwoCasesInAGroupCountsOnceInIt(t *testing.T) {
	board := splitBoard(t)
	if figures, err := board.Figures(t.Context(), Query{Indicators: []string{"A1.OUT.2"}, By: BySex}); err != nil {
		t.Fatal(err)
	} else if got, want := shares(figures), "FEMALE 1/0, MALE 1/0, NOT_AVAILABLE 1/0"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	for range 3 {
		board.Touch(caseOf(t, 9, "dora", "2025-02-01"), Attributes{})
		if _, err := board.Figures(t.Context(), Query{}); err != nil {
			t.Fatal(err)
		}
	}
	if board.casesOf["dora"] != 1 || board.casesOf["bruno"] != 2 {
		t.Errorf("dora has one case and bruno two: got %v", board.casesOf)
	}
}

func TestFactsOfThePlanAreNotSplitByWhatTheyDoNotHave(t *testing.T) {
	board := splitBoard(t)
	board.SetPlanFacts(PlanFacts{Activities: []*Activity{{ID: "a1", Indicator: "A1.OUT.3", On: day(t, "2025-05-01")}}})
	for by, want := range map[By]string{BySex: " 1/0", ByYear: "2025 1/0, 2026 0/0, 2027 0/0"} {
		figures, err := board.Figures(t.Context(), Query{Indicators: []string{"A1.OUT.3"}, By: by})
		if err != nil {
			t.Fatal(err)
		}
		if got := shares(figures); got != want {
			t.Errorf("by %d: got %q, want %q", by, got, want)
		}
	}
}

func TestAnErasedPersonIsNotAvailable(t *testing.T) {
	board := splitBoard(t)
	board.TouchPerson("ada", Attributes{})
	figures, err := board.Figures(t.Context(), Query{Indicators: []string{"A1.OUT.1"}, By: BySex})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := shares(figures), "MALE 0/2, NOT_AVAILABLE 1/2"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if f := figureAt(t, board, "A1.OUT.1", ""); f.Numerator != 1 || f.Denominator != 4 {
		t.Errorf("the figure as a whole changed: %d/%d", f.Numerator, f.Denominator)
	}
}

func TestAgeClassesMeetWithoutGaps(t *testing.T) {
	var got []string
	for _, age := range []int{0, 17, 18, 29, 30, 44, 45, 59, 60, 64, 65, 74, 75, 101} {
		got = append(got, ageClass(2027-age, 2027))
	}
	want := "0-17 0-17 18-29 18-29 30-44 30-44 45-59 45-59 60-64 60-64 65-74 65-74 75+ 75+"
	if strings.Join(got, " ") != want {
		t.Errorf("got %v", got)
	}
	if ageClass(0, 2027) != NotAvailable || ageClass(2028, 2027) != NotAvailable {
		t.Error("a year of birth that is not known, or not yet, has no class")
	}
}

func TestSplitsAddUpWhereNothingIsDistinct(t *testing.T) {
	board := boardOf(t, everyKind(t), "2026-12-31")
	h := newHistory(5)
	for range 60 {
		board.Touch(h.next())
	}
	whole := figureAt(t, board, "A1.OUT.1", "2026")
	for _, by := range []By{ByComune, ByManagingBody, ByFlow, BySex, ByAgeClass, ByArea, ByCitizenship} {
		figures, err := board.Figures(t.Context(), Query{Period: "2026", Indicators: []string{"A1.OUT.1"}, By: by})
		if err != nil {
			t.Fatal(err)
		}
		var num, den, unknown int64
		for _, f := range figures {
			num, den, unknown = num+f.Numerator, den+f.Denominator, unknown+f.Unknown
		}
		if num != whole.Numerator || den != whole.Denominator || unknown != whole.Unknown {
			t.Errorf("by %d: %d/%d and %d unknown, the whole is %d/%d and %d", by, num, den, unknown,
				whole.Numerator, whole.Denominator, whole.Unknown)
		}
	}
}
