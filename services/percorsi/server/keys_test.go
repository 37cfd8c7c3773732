package server_test

import (
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"percorsi/internal/access"
	casefilev1 "percorsi/internal/gen/percorsi/casefile/v1"
	"percorsi/services/percorsi/server"
	"percorsi/services/percorsi/server/servertest"
)

// telling gives a change of a configuration that has operators told into to.
func telling(to *lines) func(*server.Config) {
	return func(c *server.Config) { c.Logger = slog.New(slog.NewTextHandler(to, nil)) }
}

// bare leaves out what takes long to start and is not asked here: the plan.
func bare(c *server.Config) { c.Services = []server.Service{server.CaseFile} }

func onNATS(url string) func(*server.Config) { return func(c *server.Config) { c.NATS = url } }

func TestASecondProcessIsToldWhatToDo(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*server.Config)
		says   []string
	}{
		"with the log in its folder": {func(*server.Config) {}, []string{"in use by another process", "start each with --nats", "--keys"}},
		"with a shared log":          {onNATS(servertest.NATS(t)), []string{"keys.db is in use by another process: stop that one first", "give both --keys"}},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			servertest.Start(t, dir, c.change, bare)
			_, err := servertest.Open(t, dir, c.change, bare)
			if err == nil {
				t.Fatal("two processes run on one folder")
			}
			for _, want := range c.says {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("error %q, want %q in it", err, want)
				}
			}
			if strings.Contains(err.Error(), "\n") {
				t.Errorf("it is not one line: %q", err)
			}
		})
	}
}

func TestAProcessThatCannotShareItsKeysWarns(t *testing.T) {
	const warning = "another process on this log would make keys of its own"
	nats := servertest.NATS(t)
	for name, c := range map[string]struct {
		change func(*server.Config)
		warns  bool
	}{
		"a log in the folder":               {func(*server.Config) {}, false},
		"a shared log and keys in a file":   {onNATS(nats), true},
		"a shared log and keys in Postgres": {servertest.NewGroup(t).Config, false},
	} {
		t.Run(name, func(t *testing.T) {
			told := &lines{}
			servertest.Start(t, t.TempDir(), c.change, telling(told), bare)
			if got := strings.Contains(told.String(), warning); got != c.warns {
				t.Errorf("warned: %t, want %t:\n%s", got, c.warns, told)
			}
		})
	}
}

// TestALogWithoutItsKeysIsRefused again and again: the first refusal leaves no
// keys behind that the second start could take for the right ones.
func TestALogWithoutItsKeysIsRefused(t *testing.T) {
	nats := servertest.NATS(t)
	first := t.TempDir()
	servertest.Start(t, first, onNATS(nats)).Stop() // it published the plan
	lost := t.TempDir()
	group := servertest.NewGroup(t)
	for name, c := range map[string]struct {
		dir    string
		change func(*server.Config)
		says   string
	}{
		"keys in a file":     {lost, onNATS(nats), "keys.db is missing: restore it from a backup"},
		"keys in a database": {group.Data, func(c *server.Config) { group.Config(c); c.NATS = nats }, "the database has no keys: name the one that has them"},
	} {
		for range 2 {
			_, err := servertest.Open(t, c.dir, c.change)
			if err == nil || !strings.Contains(err.Error(), c.says) || !strings.Contains(err.Error(), "the log has 1 commits, which only its keys open") {
				t.Errorf("%s: %v, want %q", name, err, c.says)
			}
		}
	}
	servertest.Start(t, first, onNATS(nats), bare)
}

func TestKeysInAFileAreNotMadeBesideSharedOnes(t *testing.T) {
	g := servertest.NewGroup(t)
	g.Start(server.CaseFile).Stop()
	const says = "are in a database, as the master key in"
	if _, err := servertest.Open(t, g.Data); err == nil || !strings.Contains(err.Error(), says) {
		t.Errorf("a server without --keys: %v", err)
	}
	if _, err := server.OpenIssuer(t.Context(), g.Data, ""); err == nil || !strings.Contains(err.Error(), says) {
		t.Errorf("an issuer without --keys: %v", err)
	}
	entries, err := os.ReadDir(filepath.Join(g.Data, server.KeysFolder))
	if err != nil || len(entries) != 1 || entries[0].Name() != "master.key" {
		t.Errorf("in the folder of the keys: %v, %v; want master.key alone", entries, err)
	}
}

func TestATokenOfOneDeploymentIsGoodInAllItsProcesses(t *testing.T) {
	g := servertest.NewGroup(t)
	processes := []*servertest.Running{g.Start(server.CaseFile), g.Start(server.CaseFile)}
	issuer, err := server.OpenIssuer(t.Context(), g.Data, g.Keys)
	if err != nil {
		t.Fatal(err)
	}
	stranger, err := server.OpenIssuer(t.Context(), t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	lists := func(conn grpc.ClientConnInterface) error {
		_, err := casefilev1.NewCaseFileServiceClient(conn).ListCases(t.Context(), &casefilev1.ListCasesRequest{})
		return err
	}
	caller := access.Caller{User: "op.4", Role: access.Planner}
	for i, r := range processes {
		if err := lists(servertest.Connect(t, r.Addr(), issuer, caller)); err != nil {
			t.Errorf("process %d: %v", i, err)
		}
		if err := lists(servertest.Connect(t, r.Addr(), processes[1-i].Issuer(), caller)); err != nil {
			t.Errorf("process %d, a token of the other one: %v", i, err)
		}
		if err := lists(servertest.Connect(t, r.Addr(), stranger, caller)); status.Code(err) != codes.Unauthenticated {
			t.Errorf("process %d, a token of another deployment: %v", i, err)
		}
	}
}

// TestADeploymentGrowsFromOneProcessToSeveral and loses no word.
func TestADeploymentGrowsFromOneProcessToSeveral(t *testing.T) {
	g := servertest.NewGroup(t)
	alone := officeOn(servertest.Start(t, g.Data, onNATS(g.NATS)))
	j := throughADI(t, alone, "Danelli")
	before := alone.figures(t)
	alone.Stop()

	told := &lines{}
	r := servertest.Start(t, g.Data, g.Config, telling(told))
	if !strings.Contains(told.String(), "the keys were moved to the database of --keys") {
		t.Errorf("operators are not told:\n%s", told)
	}
	for name, o := range map[string]*office{"the process that moved the keys": officeOn(r), "another one": officeOn(g.Start())} {
		if diff := cmp.Diff(before, o.figures(t)); diff != "" {
			t.Errorf("%s has other figures (-before +now):\n%s", name, diff)
		}
		if got, _ := o.history(t, o.manager, j.Case)[0].GetData().AsMap()["note"].(string); got != wordsOfIntake {
			t.Errorf("%s reads %q", name, got)
		}
		servertest.NewJourney(t, o.manager).Do("2025-01-15", toSELF(o.get(t, o.manager, j.Case).GetSummary().GetPersonId()))
		before = o.figures(t)
	}
}
