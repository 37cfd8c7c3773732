package rpc_test

import (
	"io"
	"log/slog"
	"strings"
	"testing"

	"percorsi/internal/access"
	casefilev1 "percorsi/internal/gen/percorsi/casefile/v1"
	"percorsi/internal/rpc"
)

// serveLogged serves with a log of a level. A line is written when the service
// has answered, so tests of it stop the server first.
func serveLogged(t *testing.T, level slog.Level) *edge {
	t.Helper()
	log := &record{}
	e := serve(t, rpc.Config{Logger: slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: level}))}, &caseFile{})
	e.log = log
	return e
}

func TestACallIsALineAtDebugLevel(t *testing.T) {
	e := serveLogged(t, slog.LevelDebug)
	if err := e.getCase(as(t, access.CaseManager)); err != nil {
		t.Fatal(err)
	}
	if err := e.watchCase(as(t, access.TeamMember)); err != io.EOF { //nolint:errorlint // a stream ends with this very value
		t.Fatal(err)
	}
	if err := e.getCase(t.Context()); err == nil {
		t.Fatal("a call without a token was answered")
	}
	e.server.GracefulStop()
	log := e.log.String()
	for _, want := range []string{
		"msg=call method=" + casefilev1.CaseFileService_GetCase_FullMethodName + " code=OK",
		"msg=call method=" + casefilev1.CaseFileService_WatchCase_FullMethodName + " code=OK",
		"code=Unauthenticated",
		"role=case-manager body=ACSI",
		"role=team-member body=ACSI",
		"took=",
	} {
		if !strings.Contains(log, want) {
			t.Errorf("%q is not in the log:\n%s", want, log)
		}
	}
	if strings.Contains(log, caseID) || strings.Contains(log, manager.User) {
		t.Errorf("the log tells who called about what:\n%s", log)
	}
}

func TestAboveDebugLevelGoodCallsAreNotLogged(t *testing.T) {
	e := serveLogged(t, slog.LevelInfo)
	if err := e.getCase(as(t, access.CaseManager)); err != nil {
		t.Fatal(err)
	}
	if err := e.watchCase(as(t, access.CaseManager)); err != io.EOF { //nolint:errorlint // a stream ends with this very value
		t.Fatal(err)
	}
	e.server.GracefulStop()
	if log := e.log.String(); log != "" {
		t.Errorf("got %s", log)
	}
}
