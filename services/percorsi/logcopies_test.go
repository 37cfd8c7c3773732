package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"percorsi/internal/access"
	"percorsi/internal/casework/casetest"
	"percorsi/internal/eventlog"
	"percorsi/internal/eventlog/backup"
	"percorsi/internal/eventlog/eventlogtest"
	"percorsi/internal/eventlog/jetstream"
	"percorsi/internal/eventlog/pgcopy"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	eventlogv1 "percorsi/internal/gen/percorsi/eventlog/v1"
	"percorsi/internal/platform/embednats"
	"percorsi/internal/platform/postgres"
	testpostgres "percorsi/internal/testenv/postgres"
	"percorsi/services/percorsi/server"
	"percorsi/services/percorsi/server/servertest"
)

// percorsi runs a command as main does, and gives what it printed.
func percorsi(t *testing.T, args ...string) (string, error) {
	t.Helper()
	var out, said bytes.Buffer
	root := newRoot()
	root.SetArgs(args)
	root.SetOut(&out)
	root.SetErr(&said)
	err := root.ExecuteContext(t.Context())
	t.Logf("percorsi %s: %v\n%s%s", strings.Join(args, " "), err, out.String(), said.String())
	return out.String(), err
}

func mustRun(t *testing.T, args ...string) string {
	t.Helper()
	out, err := percorsi(t, args...)
	if err != nil {
		t.Fatalf("percorsi %s: %v", strings.Join(args, " "), err)
	}
	return out
}

// offline opens the log in a data folder, without a server of the program.
func offline(t *testing.T, data string, use func(*jetstream.Log)) {
	t.Helper()
	s, err := embednats.Start(embednats.Config{Dir: filepath.Join(data, server.LogFolder)})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := s.Shutdown(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	}()
	conn, err := s.Conn()
	if err != nil {
		t.Fatal(err)
	}
	name, prefix := jetstream.Names(ambito)
	l, err := jetstream.Open(t.Context(), jetstream.Config{Conn: conn, Name: name, Prefix: prefix})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	use(l)
}

// everything reads a whole log.
func everything(t *testing.T, l *jetstream.Log) []eventlog.Record {
	t.Helper()
	records, err := eventlogtest.Collect(l.Read(t.Context(), 0, 0))
	if err != nil {
		t.Fatal(err)
	}
	return records
}

// district writes the log of many cases into a data folder, as many people do
// at once, and gives it as it is read.
func district(t *testing.T, data string, cases int) (records []eventlog.Record) {
	t.Helper()
	entries, err := servertest.Entries(casetest.District(5, cases))
	if err != nil {
		t.Fatal(err)
	}
	offline(t, data, func(l *jetstream.Log) {
		if err := servertest.Write(t.Context(), l, entries); err != nil {
			t.Fatal(err)
		}
		records = everything(t, l)
	})
	return records
}

func TestTheEndOfACheckSaysWhatWasCompared(t *testing.T) {
	for _, tt := range []struct {
		end  *eventlogv1.VerifyResponse
		want string
	}{
		{&eventlogv1.VerifyResponse{Last: 9}, "there is no copy"},
		{&eventlogv1.VerifyResponse{Last: 9, Copy: &eventlogv1.CopyCheck{Position: 9, Last: 9}}, "up to position 9"},
		{&eventlogv1.VerifyResponse{Last: 9, Copy: &eventlogv1.CopyCheck{Position: 7, Last: 7}}, "up to position 7, where the copy ends: 2 are not in it yet"},
		{&eventlogv1.VerifyResponse{Last: 9, Copy: &eventlogv1.CopyCheck{Position: 4, Last: 12}}, "up to position 4"},
	} {
		if got := compared(tt.end); !strings.Contains(got, tt.want) {
			t.Errorf("%v: %q, want %q", tt.end, got, tt.want)
		}
	}
}

// lose deletes the files of the log.
func lose(t *testing.T, data string) {
	t.Helper()
	if err := os.RemoveAll(filepath.Join(data, server.LogFolder)); err != nil {
		t.Fatal(err)
	}
}

// copyDatabase gives a database with an empty copy of a log.
func copyDatabase(t *testing.T) (url string, pool *pgxpool.Pool) {
	t.Helper()
	url = testpostgres.Database(t)
	pool, err := postgres.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	if err := postgres.Migrate(t.Context(), pool, pgcopy.Schema, pgcopy.Migrations()); err != nil {
		t.Fatal(err)
	}
	return url, pool
}

func sameLog(t *testing.T, data string, want []eventlog.Record) {
	t.Helper()
	offline(t, data, func(l *jetstream.Log) {
		if diff := eventlogtest.Diff(want, everything(t, l)); diff != "" {
			t.Errorf("the restored log (-before +after):\n%s", diff)
		}
	})
}

func TestALostLogIsRestoredFromPostgresAsItWas(t *testing.T) {
	data := t.TempDir()
	want := district(t, data, 40)
	url, pool := copyDatabase(t)
	if _, err := pgcopy.Load(t.Context(), pool, eventlogtest.Sequence(want)); err != nil {
		t.Fatal(err)
	}
	lose(t, data)
	out := mustRun(t, "log", "restore", "--data", data, "--from-postgres", "--postgres", url)
	if !strings.Contains(out, fmt.Sprintf("%d records", len(want))) {
		t.Errorf("it says %q", out)
	}
	sameLog(t, data, want)
}

func TestALostLogIsRestoredFromABackupAsItWas(t *testing.T) {
	data, file := t.TempDir(), filepath.Join(t.TempDir(), "log.backup")
	want := district(t, data, 40)
	digest, err := backup.Create(file, eventlogtest.Sequence(want))
	if err != nil {
		t.Fatal(err)
	}
	lose(t, data)
	out := mustRun(t, "log", "restore", "--data", data, "--json", file)
	var restored struct {
		Records uint64 `json:"records"`
		SHA256  string `json:"sha256"`
	}
	if err := json.Unmarshal([]byte(out), &restored); err != nil || restored.Records != uint64(len(want)) || restored.SHA256 != digest.String() {
		t.Errorf("it says %q, %v, want digest %s", out, err, digest)
	}
	sameLog(t, data, want)
}

func TestARunningServerIsBackedUpLostAndRestored(t *testing.T) {
	data, file := t.TempDir(), filepath.Join(t.TempDir(), "log.backup")
	s := servertest.Start(t, data)
	for range 5 {
		openCase(t, s)
	}
	online := func(s *servertest.Running, args ...string) string {
		return mustRun(t, append(args, "--data", data, "--addr", s.Addr())...)
	}
	exported := online(s, "log", "export")
	saved := online(s, "log", "backup", file)
	again := file + ".again"
	if same := online(s, "log", "backup", again); digestOf(t, same) != digestOf(t, saved) {
		t.Errorf("two backups of one log: %q and %q", saved, same)
	}
	s.Stop()
	lose(t, data)
	if restored := mustRun(t, "log", "restore", "--data", data, file); digestOf(t, restored) != digestOf(t, saved) {
		t.Errorf("backed up %q, restored %q", saved, restored)
	}

	s = servertest.Start(t, data)
	if got := online(s, "log", "export"); got != exported {
		t.Errorf("the export of the restored log is another one:\n%s\nwas\n%s", got, exported)
	}
	if out := online(s, "log", "verify"); !strings.Contains(out, "the log is whole") || !strings.Contains(out, "no copy in PostgreSQL") {
		t.Errorf("verify says %q", out)
	}
	openCase(t, s) // life goes on
}

// openCase records a new case of a new person.
func openCase(t *testing.T, s *servertest.Running) {
	t.Helper()
	desk := s.As(access.Coordinator, "op-1", "UFFICIO-DI-PIANO")
	j := servertest.NewJourney(t, desk)
	j.Do("2025-01-15", &eventv1.Signalled{
		PersonId: servertest.Register(t, desk, "Rossi"), Pathway: eventv1.Pathway_PATHWAY_SELF, Area: eventv1.Area_AREA_WORK, Service: eventv1.Service_SERVICE_SELF,
		Comune: "098031", ManagingBody: "UFFICIO-DI-PIANO", SignalledBy: "COMUNE-LODI",
		SignalledByKind: eventv1.BodyKind_BODY_KIND_MUNICIPAL_SERVICES, Flow: eventv1.Flow_FLOW_DISADVANTAGE,
	})
	j.Do("2025-02-01", &eventv1.TakenInCharge{})
}

// digestOf gives the last word of a line.
func digestOf(t *testing.T, line string) string {
	t.Helper()
	words := strings.Fields(line)
	if len(words) == 0 || len(words[len(words)-1]) != 64 {
		t.Fatalf("no digest at the end of %q", line)
	}
	return words[len(words)-1]
}

func TestARestoreIsRefused(t *testing.T) {
	data, file := t.TempDir(), filepath.Join(t.TempDir(), "log.backup")
	records := district(t, data, 3)
	if _, err := backup.Create(file, eventlogtest.Sequence(records)); err != nil {
		t.Fatal(err)
	}
	damaged := file + ".damaged"
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(damaged, content[:len(content)-20], 0o600); err != nil {
		t.Fatal(err)
	}
	empty, _ := copyDatabase(t)
	for name, tt := range map[string]struct {
		args  []string
		usage bool
		want  string
	}{
		"onto a log that has records":    {[]string{"--data", data, file}, false, "only an empty one can be restored"},
		"from a file that is cut off":    {[]string{"--data", t.TempDir(), damaged}, false, "cut off"},
		"from a file that is not there":  {[]string{"--data", t.TempDir(), file + ".none"}, false, "no such file"},
		"from a file that is no backup":  {[]string{"--data", t.TempDir(), os.Args[0]}, false, "not a backup"},
		"from an empty copy":             {[]string{"--data", t.TempDir(), "--from-postgres", "--postgres", empty}, false, "nothing to restore"},
		"from a database without a copy": {[]string{"--data", t.TempDir(), "--from-postgres", "--postgres", testpostgres.Database(t)}, false, "no copy of a log"},
		"from nowhere":                   {nil, true, "name the file"},
		"from two places":                {[]string{file, "--from-postgres", "--postgres", empty}, true, "one place"},
		"from postgres without address":  {[]string{"--from-postgres"}, true, "--postgres"},
		"from a file with an address":    {[]string{file, "--postgres", empty}, true, "leave it out"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := percorsi(t, append([]string{"log", "restore"}, tt.args...)...)
			if err == nil || !strings.Contains(err.Error(), tt.want) || isUsage(err) != tt.usage {
				t.Errorf("%v, want %q (wrong use: %v)", err, tt.want, tt.usage)
			}
		})
	}
	sameLog(t, data, records)
}

func TestARestoreDoesNotTouchALogInUse(t *testing.T) {
	data, file := t.TempDir(), filepath.Join(t.TempDir(), "log.backup")
	if _, err := backup.Create(file, eventlogtest.Sequence(eventlogtest.Records(3))); err != nil {
		t.Fatal(err)
	}
	offline(t, data, func(*jetstream.Log) {
		if _, err := percorsi(t, "log", "restore", "--data", data, file); !errors.Is(err, embednats.ErrInUse) {
			t.Errorf("restore: %v, want that the folder is in use", err)
		}
	})
}
