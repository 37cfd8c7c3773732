package main

import (
	"slices"
	"strings"
	"testing"
)

// ofCase runs percorsi case.
func (d *desk) ofCase(args ...string) (string, error) {
	d.t.Helper()
	d.shown()
	return execute(d.t, append(append(slices.Clip(d.args), "case"), args...)...)
}

func TestAFactIsCorrectedOnTheCommandLine(t *testing.T) {
	d := openDesk(t)
	called := d.id(d.run(d.file, "contact_attempted", "--day", "2025-02-10",
		"--fields", `{"channel": "CHANNEL_PHONE", "reached": true, "note": {"plain": "richiama domani"}}`))
	for _, step := range []struct {
		args []string
		want []string // in the history that case history --json shows
	}{
		{
			[]string{"--fact", called, "--on", "2025-02-12", "--why", "wrong-date"},
			[]string{`"occurred_on": "2025-02-12"`, `"note": "richiama domani"`, `"in_force": true`},
		},
		{
			[]string{"--fact", called + ".0", "--fields", `{"channel": "CHANNEL_LETTER"}`, "--why", "typing-error", "--note", "era una lettera"},
			[]string{`"channel": "CHANNEL_LETTER"`, `"occurred_on": "2025-02-12"`, `"reached": true`, `"note": "era una lettera"`},
		},
		{
			[]string{"--fact", called, "--void", "--why", "not-happened"},
			[]string{`"voided": true`, `"reason": "CORRECTION_REASON_NOT_HAPPENED"`},
		},
	} {
		if out, err := d.ofCase(append([]string{"correct", d.file}, step.args...)...); err != nil || !strings.Contains(out, "contacts at revision") {
			t.Fatalf("%s: %s, %v", step.args, out, err)
		}
		shown, err := d.ofCase("history", d.file, "--json", "--as", "case-manager")
		if err != nil {
			t.Fatal(err)
		}
		shown = strings.ReplaceAll(shown, ":  ", ": ") // protojson varies its spaces on purpose
		for _, want := range step.want {
			if !strings.Contains(shown, want) {
				t.Errorf("%s: the history does not show %s:\n%s", step.args, want, shown)
			}
		}
	}
	if out, err := d.ofCase("history", d.file); err != nil || !strings.Contains(out, "contact_attempted (voided)") {
		t.Errorf("the history does not mark the fact: %s, %v", out, err)
	}
}

func TestAWrongUseOfCorrectSaysWhatIsWrong(t *testing.T) {
	d := openDesk(t)
	for name, c := range map[string]struct {
		args []string
		want string
	}{
		"no reason":                {[]string{"--fact", d.file, "--void"}, "--why"},
		"a reason of nobody":       {[]string{"--fact", d.file, "--void", "--why", "moonlight"}, "--why"},
		"a fact that is not there": {[]string{"--fact", d.file + ".7", "--void", "--why", "other"}, "no such fact"},
		"a place that is none":     {[]string{"--fact", d.file + ".x", "--void", "--why", "other"}, "no number"},
		"a void with fields":       {[]string{"--fact", d.file, "--void", "--on", "2025-02-01", "--why", "other"}, "--void"},
		"a role of nobody":         {[]string{"--fact", d.file, "--void", "--why", "other", "--as", "king"}, "--as"},
		"nothing is changed":       {[]string{"--fact", d.file, "--why", "other"}, "says what the fact says already"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := d.ofCase(append([]string{"correct", d.file}, c.args...)...)
			if err == nil || !strings.Contains(explain(err), c.want) {
				t.Errorf("answered %v, which does not say %q", err, c.want)
			}
		})
	}
}
