package main

import (
	"strings"
	"testing"

	casefilev1 "percorsi/internal/gen/percorsi/casefile/v1"
)

func TestAListSaysHowManyMatchAsFarAsTheyAreCounted(t *testing.T) {
	for _, c := range []struct {
		total int64
		more  bool
		want  string
	}{
		{0, false, "1 of 0 cases, at position 7\n"},
		{999, false, "1 of 999 cases, at position 7\n"},
		{1000, false, "1 of 1,000 cases, at position 7\n"},
		{1000, true, "1 of more than 1,000 cases, at position 7\n"},
		{1234567, false, "1 of 1,234,567 cases, at position 7\n"},
	} {
		var out strings.Builder
		page := &casefilev1.ListCasesResponse{Cases: []*casefilev1.CaseSummary{{}}, Total: c.total, MoreThanTotal: c.more, Position: 7}
		if err := printCases(&out, page); err != nil {
			t.Fatal(err)
		}
		if !strings.HasSuffix(out.String(), "\n"+c.want) {
			t.Errorf("it ends in %q, want %q", out.String(), c.want)
		}
	}
}
