package main

import (
	"bytes"
	"strings"
	"testing"

	"percorsi/internal/access"
	"percorsi/services/percorsi/server"
	"percorsi/services/percorsi/server/servertest"
)

// execute runs a command line in this process and gives what it printed.
func execute(t *testing.T, args ...string) (string, error) {
	t.Helper()
	root := newRoot()
	var out bytes.Buffer
	root.SetOut(&out)
	root.SetErr(&out)
	root.SetArgs(args)
	err := root.ExecuteContext(t.Context())
	return strings.TrimSpace(out.String()), err
}

func TestAWrongUseOfUpIsSaidInOneLine(t *testing.T) {
	data := t.TempDir()
	for name, c := range map[string]struct {
		args  []string
		usage bool
		says  string
	}{
		"a service that does not exist": {
			[]string{"--services", "intake,console"},
			true,
			`--services: there is no service "console": choose among intake,assessment,project,discharge,correction,casefile,person,indicator,eventlog,projector`,
		},
		"no service at all": {[]string{"--services", ""}, true, `there is no service ""`},
		"a sample without the services it calls": {
			[]string{"--sample", "--services", "intake,assessment,project,discharge,correction,person,casefile"},
			true,
			"--sample needs intake,assessment,project,discharge,correction,person,indicator, and this process does not serve indicator: add it to --services",
		},
		"a password in the address of the keys": {
			[]string{"--keys", "postgres://percorsi:opensesame@127.0.0.1:1/keys"}, false, "PGPASSWORD",
		},
		"a database of keys that does not answer": {[]string{"--keys", "postgres://percorsi@127.0.0.1:1/keys"}, false, "open keys: reach PostgreSQL at 127.0.0.1:1, database keys"},
		"an address of the keys that is none":     {[]string{"--keys", "keys at home"}, false, "give a URL such as postgres://"},
		"a NATS server that does not answer":      {[]string{"--nats", "nats://127.0.0.1:1"}, false, "reach the NATS server of --nats"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := execute(t, append([]string{"up", "--data", data, "--grpc", "127.0.0.1:0", "--http", "127.0.0.1:0"}, c.args...)...)
			if err == nil || !strings.Contains(explain(err), c.says) {
				t.Fatalf("error %v, want %q", err, c.says)
			}
			if text := explain(err); strings.Contains(text, "\n") || strings.Contains(text, "opensesame") {
				t.Errorf("it is more than one line, or shows a password: %s", text)
			}
			if isUsage(err) != c.usage {
				t.Errorf("a wrong use of the command line: %t, want %t", isUsage(err), c.usage)
			}
		})
	}
}

func TestATokenIsMadeWithSharedKeys(t *testing.T) {
	g := servertest.NewGroup(t)
	g.Start(server.CaseFile)
	token, err := execute(t, "token", "--data", g.Data, "--keys", g.Keys, "--user", "op.4", "--role", "planner")
	if err != nil {
		t.Fatal(err)
	}
	r := g.Start(server.CaseFile)
	if got, err := r.Issuer().Verify(token); err != nil || got != (access.Caller{User: "op.4", Role: access.Planner}) {
		t.Errorf("the token names %+v, %v", got, err)
	}
	if out, err := execute(t, "case", "list", "--data", g.Data, "--addr", r.Addr(), "--token", token); err != nil {
		t.Errorf("with the token: %v\n%s", err, out)
	}
	for name, c := range map[string]struct {
		args []string
		says string
	}{
		"a token without --keys":                      {[]string{"token", "--data", g.Data, "--user", "op.4", "--role", "planner"}, "name it with --keys"},
		"a token on a machine without the master key": {[]string{"token", "--data", t.TempDir(), "--keys", g.Keys, "--user", "op.4", "--role", "planner"}, "copy master.key from a machine that serves them"},
		"another command without a token":             {[]string{"case", "list", "--data", g.Data, "--addr", r.Addr()}, "make one with percorsi token --keys, and give it with --token"},
	} {
		if out, err := execute(t, c.args...); err == nil || !strings.Contains(explain(err), c.says) {
			t.Errorf("%s: %v, want %q\n%s", name, err, c.says, out)
		}
	}
}
