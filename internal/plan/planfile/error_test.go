package planfile_test

import (
	"errors"
	"strings"
	"testing"

	"percorsi/internal/plan/planfile"
)

func TestWhatIsWrongIsReportedWithFileAndLine(t *testing.T) {
	in := func(file, old, text string) map[string]string {
		source := map[string]string{
			"plan.yaml": planYAML, "a1.yaml": a1YAML, "b1.yaml": b1YAML,
			"deep/down/fixtures.yaml": fixturesYAML, "tests.yaml": testsYAML,
		}[file]
		if !strings.Contains(source, old) {
			t.Fatalf("%s has no %q", file, old)
		}
		return map[string]string{file: strings.Replace(source, old, text, 1)}
	}
	const fixtures = "deep/down/fixtures.yaml"
	for name, test := range map[string]struct {
		files map[string]string
		want  string
	}{
		"no YAML":                          {in("a1.yaml", "indicators:", "indicators: ["), "a1.yaml:1: cannot be read as YAML"},
		"an empty file":                    {map[string]string{"empty.yaml": ""}, "empty.yaml:1: cannot be read as YAML: the file is empty"},
		"two documents":                    {map[string]string{"two.yaml": "tests: []\n---\ntests: []\n"}, "two.yaml:1: cannot be read as YAML: keep one document"},
		"a list for a plan":                {map[string]string{"list.yaml": "- 1\n"}, "list.yaml:1: write keys with their values"},
		"a key of the plan":                {in("plan.yaml", "version: 1", "versione: 1"), "plan.yaml:2: versione is not a key here: use one of plan_id, version"},
		"a key of an indicator":            {in("a1.yaml", "label:", "etichetta:"), "a1.yaml:5: etichetta is not a key here: use one of indicator_id"},
		"a key of a definition":            {in("a1.yaml", "pathways:", "pathway:"), "a1.yaml:14: pathway is not a key here"},
		"a key of a fact":                  {in(fixtures, "signer: BENEFICIARY", "who: BENEFICIARY"), fixtures + ":12: who is not a key here"},
		"a kind of fact":                   {in(fixtures, "taken_in_charge: {}", "taken: {}"), fixtures + ":10: taken is not a key here"},
		"a key of a fixture":               {in(fixtures, "after: applied", "follows: applied"), fixtures + ":8: follows is not a key here"},
		"a key of a test":                  {in("tests.yaml", "given:", "having:"), "tests.yaml:6: having is not a key here"},
		"a key of what is expected":        {in("tests.yaml", "unknown: 1", "missing: 1"), "tests.yaml:7: missing is not a key here"},
		"a key given twice":                {in("a1.yaml", "    unit: \"%\"", "    label: Again"), "a1.yaml:7: label is given twice"},
		"the plan given twice":             {in("b1.yaml", "indicators:", "version: 1\nindicators:"), "plan.yaml:2: version is given in b1.yaml:1 as well"},
		"a word of a vocabulary":           {in("a1.yaml", "dimension: OUTPUT", "dimension: RESULT"), "a1.yaml:4: RESULT is not a word of Dimension: use one of INPUT, PROCESS, OUTPUT, IMPACT"},
		"a word with its vocabulary":       {in("a1.yaml", "dimension: OUTPUT", "dimension: DIMENSION_OUTPUT"), "a1.yaml:4: DIMENSION_OUTPUT is not a word"},
		"a word that says nothing":         {in(fixtures, "sex: FEMALE", "sex: UNSPECIFIED"), fixtures + ":3: UNSPECIFIED is not a word of Sex"},
		"a word in a list":                 {in("a1.yaml", "[ADI, SELF]", "[ADI, SFL]"), "a1.yaml:14: SFL is not a word of Pathway"},
		"a number that is none":            {in("a1.yaml", "target: 62.5", "target: most"), "a1.yaml:6: most is not a number"},
		"a version that is no number":      {in("plan.yaml", "version: 1", "version: one"), "plan.yaml:2: one is not a whole number"},
		"a number where a list belongs":    {in("a1.yaml", "[ADI, SELF]", "3"), "a1.yaml:14: write a list here"},
		"nothing where a value belongs":    {in("a1.yaml", "label: Cases with a manager", "label:"), "a1.yaml:5: write a value here"},
		"a list where a value belongs":     {in("a1.yaml", "label: Cases with a manager", "label: [a]"), "a1.yaml:5: write a value here"},
		"a day of the plan that is none":   {in("plan.yaml", "2027-12-31", "2027-12-32"), "plan.yaml:4: 2027-12-32 is not a calendar day"},
		"a day inside a fact that is none": {in(fixtures, "starts_on: 2025-02-02", "starts_on: 2025-02-30"), fixtures + ":11: 2025-02-30 is not a calendar day"},
		"a day of a fact that is none":     {in(fixtures, "occurred_on: 2025-01-10", "occurred_on: January"), fixtures + ":5: January is not a calendar day"},
		"a moment that is none":            {in(fixtures, "2025-03-05T10:00:00+01:00", "2025-03-05 10:00"), fixtures + ":18: 2025-03-05 10:00 is not a moment"},
		"a fact without content":           {in(fixtures, ", taken_in_charge: {}", ""), fixtures + ":10: a fact is missing here"},
		"two facts in one":                 {in(fixtures, "taken_in_charge: {}", "taken_in_charge: {}, resumed: {}"), fixtures + ":10: resumed stands beside another one"},
		"what the schema refuses":          {in(fixtures, `comune: "098031"`, "comune: Lodi"), fixtures + ":5: applied.comune: "},
		"a fixture without a name":         {in(fixtures, "- name: home\n    facts", "- facts"), fixtures + ":16: name is missing"},
		"a fixture told twice":             {in(fixtures, "name: home", "name: again"), fixtures + ":16: fixture again is told in " + fixtures + ":13 as well"},
		"a fixture without facts":          {in(fixtures, "    after: applied\n    person_of", "    person_of"), fixtures + ":13: fixture again has no facts"},
		"a fixture after none":             {in(fixtures, "after: applied", "after: apply"), fixtures + ":8: there is no fixture apply"},
		"a fixture after itself":           {in(fixtures, "after: applied", "after: charged"), fixtures + ":8: fixture charged comes after itself"},
		"a person of no fixture":           {in(fixtures, "person_of: applied", "person_of: apply"), fixtures + ":15: there is no fixture apply with a person of its own"},
		"a person of itself":               {in(fixtures, "person_of: applied", "person_of: again"), fixtures + ":15: there is no fixture again with a person of its own"},
		"a test of no indicator":           {in("tests.yaml", "indicator: A1.OUT.1", "indicator: A1.OUT.9"), "tests.yaml:2: there is no indicator A1.OUT.9"},
		"a test without an indicator":      {in("tests.yaml", "indicator: A1.OUT.1\n    name", "name"), "tests.yaml:2: indicator is missing"},
		"a test without a name":            {in("tests.yaml", "    name: nobody is assigned\n", ""), "tests.yaml:2: name is missing"},
		"a test that expects nothing":      {in("tests.yaml", "status: NOT_MEASURABLE, ", ""), "tests.yaml:8: expect.status is missing"},
		"a status that is none":            {in("tests.yaml", "MEASURED, numerator", "GOOD, numerator"), "tests.yaml:7: there is no status GOOD"},
		"a fixture that is not there":      {in("tests.yaml", "[applied, applied, charged]", "[applied, chraged]"), "tests.yaml:6: there is no fixture chraged"},
		"a period that is none":            {in("tests.yaml", "period: 2025", "period: spring"), "tests.yaml:4: spring is not a period"},
		"a day asked on that is none":      {in("tests.yaml", "2026-03-31", "2026-02-31"), "tests.yaml:5: 2026-02-31 is not a calendar day"},
		"a count that is no whole number":  {in("tests.yaml", "denominator: 3", "denominator: 3.5"), "tests.yaml:7: 3.5 is not a whole number"},
		"a value that is no number":        {in("tests.yaml", "value: 0", "value: nought"), "tests.yaml:7: nought is not a number"},
		"a fact of a case for the plan":    {in("tests.yaml", "activity_recorded: {kind: MEETING, indicator: B1.OUT.2, quantity: 2}", "taken_in_charge: {}"), "tests.yaml:11: is not a fact of the plan"},
		"a fact for no indicator":          {in("tests.yaml", "indicator: B1.OUT.2, quantity", "indicator: B1.OUT.9, quantity"), "tests.yaml:11: there is no indicator B1.OUT.9"},
		"an objective that is not there":   {in("a1.yaml", "A1.OUT.1\n    objective_id: A1", "C1.OUT.1\n    objective_id: C1"), "a1.yaml:2: plan.indicators[0].objective_id of C1.OUT.1"},
		"a dimension that the id denies":   {in("a1.yaml", "dimension: OUTPUT", "dimension: IMPACT"), "a1.yaml:2: plan.indicators[2].dimension of A1.OUT.1"},
		"an objective told twice":          {in("plan.yaml", "objective_id: A1", "objective_id: B1"), "plan.yaml:7: plan.objectives[1].objective_id B1 is taken"},
		"an empty plan":                    {in("plan.yaml", "from: 2025-01-01\n", ""), "plan.yaml:1: plan.from is not a calendar day"},
		"days of the plan in wrong order":  {in("plan.yaml", "from: 2025-01-01", "from: 2028-01-01"), "plan.yaml:4: plan.to is before from"},
		"a definition that lacks a part":   {in("b1.yaml", ", value: activity.quantity", ""), "b1.yaml:2: plan.indicators[0].definition.value"},
	} {
		t.Run(name, func(t *testing.T) {
			source, err := planfile.Read(files(test.files))
			if err == nil {
				t.Fatalf("was read: %v", source)
			}
			if !strings.Contains(err.Error(), test.want) {
				t.Errorf("got:\n%v\nwant a line with:\n%s", err, test.want)
			}
		})
	}
}

func TestEverythingThatIsWrongIsReportedOnceInTheOrderOfTheFiles(t *testing.T) {
	_, err := planfile.Read(files(map[string]string{
		"a1.yaml": strings.NewReplacer("target: 62.5", "target: most", "CASE\n", "CASES\n").Replace(a1YAML),
		"deep/down/fixtures.yaml": strings.NewReplacer("measure: PAIS", "measure: PATTO", "after: applied\n    facts", "after: applied\n    fact").
			Replace(fixturesYAML),
	}))
	want := []string{
		"a1.yaml:6: most is not a number",
		"a1.yaml:11: CASES is not a word of UnitOfCount",
		"deep/down/fixtures.yaml:9: fact is not a key here",
	}
	lines := strings.Split(err.Error(), "\n")
	if len(lines) != len(want) {
		t.Fatalf("got:\n%v", err)
	}
	for i, line := range lines {
		if !strings.HasPrefix(line, want[i]) {
			t.Errorf("line %d is %q, want %q", i, line, want[i])
		}
	}
}

func TestAMistakeInAFixtureIsReportedOnceHoweverManyGoOnFromIt(t *testing.T) {
	_, err := planfile.Read(files(map[string]string{
		"deep/down/fixtures.yaml": strings.Replace(fixturesYAML, "managing_body: ACSI", "managing_body: acsi", 1),
	}))
	if got := strings.Count(err.Error(), "\n") + 1; got != 1 {
		t.Errorf("%d errors:\n%v", got, err)
	}
	if _, ok := errors.AsType[*planfile.Error](err); !ok {
		t.Errorf("%v holds no *planfile.Error", err)
	}
}
