package formfile_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"percorsi/internal/casework"
	"percorsi/internal/casework/formfile"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

const (
	aForm = `
- {form: UVM, version: "1", domains: [HEALTH, MOBILITY], required: [HEALTH], valid_from: 2025-01-01, source: s, note: Likely}`
	aScale = `
- {id: GAIT, version: "2", title: t, domains: [MOBILITY], source: s, note: Likely,
   items: [{code: A, values: [0, 1]}, {code: B, values: [1, 5]}]}`
)

func TestFormsAndScalesAreRead(t *testing.T) {
	got, err := formfile.Read(strings.NewReader("forms:" + aForm + "\nscales:" + aScale))
	if err != nil {
		t.Fatal(err)
	}
	from, err := casework.ParseDay("2025-01-01")
	if err != nil {
		t.Fatal(err)
	}
	want := &casework.Forms{
		Forms: []casework.FormVersion{{
			Form: eventv1.Form_FORM_UVM, Version: "1", ValidFrom: from, Source: "s", Note: "Likely",
			Domains:  []eventv1.Domain{eventv1.Domain_DOMAIN_HEALTH, eventv1.Domain_DOMAIN_MOBILITY},
			Required: []eventv1.Domain{eventv1.Domain_DOMAIN_HEALTH},
		}},
		Scales: []casework.Scale{{
			ID: "GAIT", Version: "2", Title: "t", Source: "s", Note: "Likely", Least: 1, Most: 6,
			Domains: []eventv1.Domain{eventv1.Domain_DOMAIN_MOBILITY},
			Items:   []casework.ItemRule{{Code: "A", Values: []int64{0, 1}}, {Code: "B", Values: []int64{1, 5}}},
		}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("read (-want +got):\n%s", diff)
	}
}

func TestAFileThatIsWrongSaysWhereAndWhat(t *testing.T) {
	for name, tt := range map[string]struct{ forms, scales, want string }{
		"nothing":                      {" []", " []", "at least one form and one scale"},
		"a key that is not known":      {strings.Replace(aForm, "note:", "notes:", 1), aScale, "line 2: field notes not found"},
		"a form of no schema":          {strings.Replace(aForm, "UVM", "UVMX", 1), aScale, "form UVMX 1: is no form"},
		"a form without a source":      {strings.Replace(aForm, "source: s", "source: ''", 1), aScale, "source and note"},
		"a form that is there twice":   {aForm + aForm, aScale, "form UVM 1: is there twice"},
		"a domain of no schema":        {strings.Replace(aForm, "[HEALTH, MOBILITY]", "[WEALTH]", 1), aScale, `"WEALTH" is no domain`},
		"a required domain elsewhere":  {strings.Replace(aForm, "[HEALTH, MOBILITY]", "[MOBILITY]", 1), aScale, "not among its domains"},
		"days the wrong way round":     {strings.Replace(aForm, "source:", "valid_to: 2024-01-01, source:", 1), aScale, "before valid_from"},
		"a day that is none":           {strings.Replace(aForm, "2025-01-01", "2025-13-01", 1), aScale, "not a calendar day"},
		"a scale without bounds":       {aForm, "\n- {id: X, version: \"1\", title: t, domains: [HEALTH], source: s, note: n}", "most is above least"},
		"bounds beside items":          {aForm, strings.Replace(aScale, "source:", "most: 7, source:", 1), "leave them out"},
		"an item twice":                {aForm, strings.Replace(aScale, "code: B", "code: A", 1), "item A is there twice"},
		"values that fall":             {aForm, strings.Replace(aScale, "[0, 1]", "[1, 0]", 1), "item A: values"},
		"one value":                    {aForm, strings.Replace(aScale, "[0, 1]", "[1]", 1), "item A: values"},
		"a value twice":                {aForm, strings.Replace(aScale, "[0, 1]", "[1, 1]", 1), "item A: values"},
		"an item in words":             {aForm, strings.Replace(aScale, "code: A", "code: walks alone", 1), "a code is written"},
		"a scale that is there twice":  {aForm, aScale + aScale, "scale GAIT 2: is there twice"},
		"a scale that measures naught": {aForm, strings.Replace(aScale, "[MOBILITY]", "[]", 1), "domains"},
	} {
		_, err := formfile.Read(strings.NewReader("forms:" + tt.forms + "\nscales:" + tt.scales))
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %q", name, err, tt.want)
		}
	}
}
