package main

import (
	"strings"
	"testing"
)

func TestTheCommandLineShowsWhoHasACaseOpen(t *testing.T) {
	d := openDesk(t)
	d.run(d.file, "team_member_added", "--day", "2025-01-16", "--as", "coordinator",
		"--fields", `{"user": "op.7", "profession": "PROFESSION_EDUCATOR", "body": "`+operatorBody+`", "role": "TEAM_ROLE_MEMBER"}`)
	d.shown()
	on, wire := d.overAWire()
	f := startToFollow(t, append(on, "case", "open", d.file, "--part", "needs", "--user", "op.7", "--as", "team-member")...)
	me := []string{"op.7", "team-member", operatorBody, "educator", "needs", "since"}
	f.wantLine("1 present")
	f.wantLine(me...)
	out, err := d.ofCase("who", d.file)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range me {
		if !strings.Contains(out, want) {
			t.Errorf("who is there is shown as\n%s\nwithout %q", out, want)
		}
	}
	wire.Cut()
	f.wantLine("1 present")
	f.wantLine(me...)
	if said := f.end(); !strings.Contains(said, "the connection was lost") {
		t.Errorf("at the end it says %q", said)
	}
	if out, err := d.ofCase("who", d.file); err != nil || !strings.Contains(out, "0 present") {
		t.Errorf("after the end: %s, %v", out, err)
	}
	if _, err := d.ofCase("open", d.file, "--part", "La casa"); err == nil || !strings.Contains(explain(err), "as the case shows it") {
		t.Errorf("a part that is none: %v", err)
	}
}
