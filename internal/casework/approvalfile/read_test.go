package approvalfile_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"percorsi/internal/casework"
	"percorsi/internal/casework/approvalfile"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

const aRule = `
- {name: UVM, of: ASSESSMENT, forms: [UVM], pathways: [DISCHARGE], services: [PROTECTED_DISCHARGE], bodies: [ACSI],
   valid_from: 2025-01-01, valid_to: 2025-12-31, source: s, note: Likely}`

func TestApprovalsAreRead(t *testing.T) {
	got, err := approvalfile.Read(strings.NewReader("approvals:" + aRule + "\n- {name: REST, of: CLOSURE, source: t, note: n}"))
	if err != nil {
		t.Fatal(err)
	}
	from, err1 := casework.ParseDay("2025-01-01")
	to, err2 := casework.ParseDay("2025-12-31")
	if err1 != nil || err2 != nil {
		t.Fatal(err1, err2)
	}
	want := casework.Approvals{
		{
			Name: "UVM", Of: casework.ApprovableAssessment, Forms: []eventv1.Form{eventv1.Form_FORM_UVM},
			Pathways: []eventv1.Pathway{eventv1.Pathway_PATHWAY_DISCHARGE},
			Services: []eventv1.Service{eventv1.Service_SERVICE_PROTECTED_DISCHARGE},
			Bodies:   []string{"ACSI"}, ValidFrom: from, ValidTo: to, Source: "s", Note: "Likely",
		},
		{Name: "REST", Of: casework.ApprovableClosure, Source: "t", Note: "n"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("read (-want +got):\n%s", diff)
	}
}

func TestAnEmptyListAsksForNothing(t *testing.T) {
	if got, err := approvalfile.Read(strings.NewReader("approvals: []")); err != nil || len(got) > 0 {
		t.Errorf("read %v, %v", got, err)
	}
}

func TestAFileThatIsWrongSaysWhereAndWhat(t *testing.T) {
	for what, tt := range map[string]struct{ rules, want string }{
		"a key that is not known":     {strings.Replace(aRule, "note:", "notes:", 1), "line 3: field notes not found"},
		"no name":                     {strings.Replace(aRule, "name: UVM", "name: u v m", 1), "approval u v m: a name is written"},
		"a rule that is there twice":  {aRule + aRule, "approval UVM: is there twice"},
		"what nobody approves":        {strings.Replace(aRule, "of: ASSESSMENT", "of: MEETING", 1), `of "MEETING"`},
		"forms of a closure":          {strings.Replace(aRule, "of: ASSESSMENT", "of: CLOSURE", 1), "forms belong to assessments"},
		"measures of an assessment":   {strings.Replace(aRule, "forms: [UVM]", "measures: [PAI]", 1), "measures belong to projects"},
		"a measure of no schema":      {strings.NewReplacer("of: ASSESSMENT", "of: PROJECT", "forms: [UVM]", "measures: [PAX]").Replace(aRule), `Measure has no word "PAX"`},
		"no source":                   {strings.Replace(aRule, "source: s", "source: ''", 1), "source and note"},
		"a form of no schema":         {strings.Replace(aRule, "forms: [UVM]", "forms: [UVMX]", 1), `Form has no word "UVMX"`},
		"a pathway of no schema":      {strings.Replace(aRule, "[DISCHARGE]", "[SIDEWAYS]", 1), `Pathway has no word "SIDEWAYS"`},
		"a service of no schema":      {strings.Replace(aRule, "[PROTECTED_DISCHARGE]", "[X]", 1), `Service has no word "X"`},
		"a body that is none":         {strings.Replace(aRule, "[ACSI]", "[acsi]", 1), `"acsi" is no code of a body`},
		"a day that is none":          {strings.Replace(aRule, "2025-01-01", "2025-13-01", 1), "not a calendar day"},
		"days the wrong way round":    {strings.Replace(aRule, "2025-12-31", "2024-12-31", 1), "before valid_from"},
		"what is no list of anything": {" 7", "cannot unmarshal"},
	} {
		_, err := approvalfile.Read(strings.NewReader("approvals:" + tt.rules))
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %q", what, err, tt.want)
		}
	}
}
