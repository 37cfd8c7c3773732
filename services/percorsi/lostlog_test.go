package main_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"percorsi/internal/access"
	casefilev1 "percorsi/internal/gen/percorsi/casefile/v1"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	"percorsi/internal/testenv/postgres"
	"percorsi/services/percorsi/server/servertest"
)

// refusedWithin bounds how long a program may take to see that it cannot start.
const refusedWithin = time.Minute

// refused starts the program where it must not run, and gives what it said and
// its exit status.
func refused(t *testing.T, path, data string, args ...string) (said string, code int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), refusedWithin)
	defer cancel()
	cmd := exec.CommandContext(ctx, path, append([]string{"up", "--data", data, "--grpc", "127.0.0.1:0", "--http", "127.0.0.1:0"}, args...)...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	exit, ok := errors.AsType[*exec.ExitError](err)
	if !ok || !exit.Exited() {
		t.Fatalf("percorsi up %s: %v, want that it is refused\n%s%s", strings.Join(args, " "), err, &out, &errs)
	}
	if out.Len() > 0 {
		t.Errorf("on stdout, where scripts wait for the ready line, it says %q", &out)
	}
	return own(errs.String()), exit.ExitCode()
}

// own gives what a program says itself, without the lines of its log.
func own(said string) string {
	var lines []string
	for line := range strings.Lines(said) {
		if !strings.HasPrefix(line, "time=") {
			lines = append(lines, line)
		}
	}
	return strings.TrimSpace(strings.Join(lines, ""))
}

// TestALogThatWasLostComesBackAsItWasAndLifeGoesOn deletes the files of the log
// of a program that keeps a copy in PostgreSQL.
func TestALogThatWasLostComesBackAsItWasAndLifeGoesOn(t *testing.T) {
	path, data, database := bin(t, "percorsi", "./services/percorsi"), filepath.Join(t.TempDir(), "data"), postgres.Database(t)
	kept := []string{"--postgres", database}
	p := up(t, path, data, kept...)
	p.run("sample", "--cases", "60", "--seed", "7")
	verified := p.copied()
	exported, figures := p.run("log", "export"), p.run("indicators", "--json")
	p.stop()
	if err := os.RemoveAll(filepath.Join(data, "log")); err != nil {
		t.Fatal(err)
	}

	for range 2 { // and the first time changes nothing
		said, code := refused(t, path, data, kept...)
		if code != 1 || strings.Contains(said, "\n") || !strings.Contains(said, "the log is empty: bring the log back with percorsi log restore --from-postgres") {
			t.Errorf("with its log lost it ends with %d and says %q", code, said)
		}
	}
	restored, err := exec.CommandContext(t.Context(), path, append([]string{"log", "restore", "--data", data, "--from-postgres"}, kept...)...).CombinedOutput()
	if err != nil {
		t.Fatalf("restore: %v\n%s", err, restored)
	}

	p = up(t, path, data, kept...)
	if again := p.run("log", "export"); !bytes.Equal(exported, again) {
		t.Errorf("the export is another one: %d bytes, and before %d", len(again), len(exported))
	}
	if again := p.copied(); again != verified {
		t.Errorf("verify says\n%s\nand before\n%s", again, verified)
	}
	if again := p.run("indicators", "--json"); !bytes.Equal(figures, again) {
		t.Errorf("the figures are other ones:\n%s\nwere\n%s", again, figures)
	}
	if out := string(p.run("projections", "reconcile")); !strings.Contains(out, "the read model says what the log says") {
		t.Errorf("reconcile says %q", out)
	}
	openCase(t, p)
	if after := p.copied(); after == verified || !strings.Contains(after, "the log is whole") {
		t.Errorf("after further commands verify says %s", after)
	}
	p.stop()
}

// copied waits until the copy of the log, and with it the read model, has all of
// it, and gives what verify says then.
func (p *program) copied() string {
	p.t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for late := time.After(time.Minute); ; {
		said := string(p.run("log", "verify"))
		if strings.Contains(said, "compared with its copy in PostgreSQL up to position") && !strings.Contains(said, "not in it yet") {
			return said
		}
		select {
		case <-tick.C:
		case <-late:
			p.t.Fatalf("the copy does not get to the end of the log: %s", said)
		}
	}
}

// openCase records a case of a new person, and reads it.
func openCase(t *testing.T, p *program) {
	t.Helper()
	desk := servertest.Connect(t, p.addr, servertest.Issuer(t, p.data), access.Caller{User: "op-1", Role: access.Coordinator, Body: "UFFICIO-DI-PIANO"})
	j := servertest.NewJourney(t, desk)
	j.Do("2025-01-15", &eventv1.Signalled{
		PersonId: servertest.Register(t, desk, "Rossi"), Pathway: eventv1.Pathway_PATHWAY_SELF, Area: eventv1.Area_AREA_WORK, Service: eventv1.Service_SERVICE_SELF,
		Comune: "098031", ManagingBody: "UFFICIO-DI-PIANO", SignalledBy: "COMUNE-LODI",
		SignalledByKind: eventv1.BodyKind_BODY_KIND_MUNICIPAL_SERVICES, Flow: eventv1.Flow_FLOW_DISADVANTAGE,
	})
	j.Do("2025-02-01", &eventv1.TakenInCharge{})
	_, err := casefilev1.NewCaseFileServiceClient(desk).GetCase(t.Context(), &casefilev1.GetCaseRequest{CaseId: j.Case, MinPosition: j.Last.GetPosition()})
	if err != nil {
		t.Errorf("read what was recorded: %v", err)
	}
}

// TestADatabaseThatDoesNotFitIsRefusedInOneLine gives --postgres what it must
// not be given.
func TestADatabaseThatDoesNotFitIsRefusedInOneLine(t *testing.T) {
	path, database := bin(t, "percorsi", "./services/percorsi"), postgres.Database(t)
	data := filepath.Join(t.TempDir(), "data")
	up(t, path, data, "--postgres", database).stop()
	other := filepath.Join(t.TempDir(), "data")
	up(t, path, other).stop()
	for name, c := range map[string]struct {
		data, address, says string
	}{
		"a server that is not there": {
			other, "postgres://percorsi@127.0.0.1:1/percorsi", "--postgres: reach PostgreSQL at 127.0.0.1:1, database percorsi: ",
		},
		"a database that is not there": {
			other, strings.Replace(database, "percorsi_test_", "percorsi_no_", 1), "does not exist",
		},
		"a password in the address": {
			other, "postgres://percorsi:opensesame@127.0.0.1:1/percorsi", "--postgres: the address of PostgreSQL has a password in it: leave it out, and give it in PGPASSWORD",
		},
		"something that is no address": {other, "the one at home", "--postgres: the address of PostgreSQL is not one: give a URL such as"},
		"the database of another log": {
			other, database, "has the copy of another log: at position 1 they are not the same; give the address of the database that belongs to this log",
		},
		"the database of a log that is lost": {
			filepath.Join(t.TempDir(), "data"), database, "and the log is empty: bring the log back with percorsi log restore --from-postgres",
		},
	} {
		t.Run(name, func(t *testing.T) {
			said, code := refused(t, path, c.data, "--postgres", c.address)
			if code != 1 || !strings.HasPrefix(said, "percorsi: ") || strings.Contains(said, "\n") || !strings.Contains(said, c.says) {
				t.Errorf("it ends with %d and says %q, want 1 and %q", code, said, c.says)
			}
			if strings.Contains(said, "opensesame") {
				t.Errorf("it shows the password: %q", said)
			}
		})
	}
	up(t, path, data, "--postgres", database).stop() // which nobody has harmed
}
