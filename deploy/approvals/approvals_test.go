package approvals_test

import (
	"slices"
	"strings"
	"testing"

	"percorsi/deploy/approvals"
	"percorsi/internal/casework/approvalfile"
)

func TestEveryRuleSaysHowCertainItIs(t *testing.T) {
	rules, err := approvalfile.Read(approvals.YAML())
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rules {
		if !slices.ContainsFunc([]string{"Certain:", "Likely:", "Uncertain:"}, func(p string) bool { return strings.HasPrefix(r.Note, p) }) {
			t.Errorf("%s: the note begins with neither Certain, Likely nor Uncertain", r.Name)
		}
	}
}
