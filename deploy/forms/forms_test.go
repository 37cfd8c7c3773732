package forms_test

import (
	"slices"
	"strings"
	"testing"

	"percorsi/deploy/forms"
	"percorsi/internal/casework"
	"percorsi/internal/casework/formfile"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

func shipped(t *testing.T) *casework.Forms {
	t.Helper()
	f, err := formfile.Read(forms.YAML())
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestEveryEntrySaysHowCertainItIs(t *testing.T) {
	notes := map[string]string{}
	for _, f := range shipped(t).Forms {
		notes[f.Form.String()] = f.Note
	}
	for _, s := range shipped(t).Scales {
		notes[s.ID] = s.Note
	}
	for what, note := range notes {
		if !slices.ContainsFunc([]string{"Certain:", "Likely:", "Uncertain:"}, func(p string) bool { return strings.HasPrefix(note, p) }) {
			t.Errorf("%s: the note begins with neither Certain, Likely nor Uncertain", what)
		}
	}
}

func TestEveryFormOfTheSchemaIsThere(t *testing.T) {
	for number := range eventv1.Form_name {
		form := eventv1.Form(number)
		if form != 0 && !slices.ContainsFunc(shipped(t).Forms, func(v casework.FormVersion) bool { return v.Form == form }) {
			t.Errorf("%s has no version", form)
		}
	}
}

func TestTheScalesHaveTheBoundsOfTheirPapers(t *testing.T) {
	want := map[string]int64{
		"ADL": 6, "IADL": 8, "BARTHEL": 100, "SPMSQ": 10, "MMSE": 30, "GDS": 15, "TINETTI": 28, "CIRS": 56, "MNA-SF": 14, "BRASS": 40,
	}
	for _, s := range shipped(t).Scales {
		if s.Least != 0 || s.Most != want[s.ID] {
			t.Errorf("%s goes from %d to %d, want 0 to %d", s.ID, s.Least, s.Most, want[s.ID])
		}
		delete(want, s.ID)
	}
	if len(want) > 0 {
		t.Errorf("missing are %v", want)
	}
}
