package main

import (
	"regexp"
	"strconv"
	"strings"
	"testing"

	"google.golang.org/grpc"

	"percorsi/internal/access"
	casefilev1 "percorsi/internal/gen/percorsi/casefile/v1"
	"percorsi/services/percorsi/server/servertest"
)

// TestPeopleAreLinkedAndToldApartOnTheCommandLine goes through the verbs as an
// operator does who reads what they print.
func TestPeopleAreLinkedAndToldApartOnTheCommandLine(t *testing.T) {
	dir := t.TempDir()
	r := servertest.Start(t, dir)
	conn := r.As(access.CaseManager, "op.1", operatorBody)
	one, other := servertest.Register(t, conn, "Provabruni"), servertest.Register(t, conn, "Provabruni")
	allIsShown(t, r, conn)
	run := func(says string, args ...string) string {
		t.Helper()
		out, err := execute(t, append([]string{"person", "--data", dir, "--addr", r.Addr()}, args...)...)
		if err != nil {
			out = explain(err)
		}
		if !strings.Contains(out, says) {
			t.Errorf("percorsi person %s says:\n%s\nwant %q", strings.Join(args, " "), out, says)
		}
		isShownAfter(t, conn, out)
		return out
	}
	run("Provabruni Persona", "find", "--surname", "Provabruni")
	run(other, "find", "--surname", "Provabruni")
	run("nobody looks like this person", "duplicates", one) // the same year, and no Comune
	run("--basis moon: give document", "link", one, other, "--basis", "moon")
	run("--basis : give document", "link", one, other)
	run("linked at position", "link", one, other, "--basis", "document", "--reason", "stessa carta", "--command", "01990000-0000-7000-8000-000000000901")
	run("linked at position", "link", one, other, "--basis", "document", "--reason", "stessa carta", "--command", "01990000-0000-7000-8000-000000000901")

	shown := run(other+", since ", "show", one)
	revision := regexp.MustCompile(`at revision (\d+)`).FindStringSubmatch(shown)
	if revision == nil || !strings.Contains(shown, "stessa carta") || !strings.Contains(shown, "document, by operator of "+operatorBody) {
		t.Fatalf("the link is shown as:\n%s", shown)
	}
	run(one, "show", other)
	run("revision", "unlink", one, other, "--reason", "un errore") // which states none
	run("person linked, by operator of "+operatorBody, "tell-apart", one, other)
	run("reason", "unlink", other, one, "--revision", revision[1])
	run("unlinked at position", "unlink", other, one, "--revision", revision[1], "--reason", "un errore")
	if shown := run("Provabruni", "show", one); strings.Contains(shown, "also") {
		t.Errorf("after the unlink:\n%s", shown)
	}
	said := regexp.MustCompile(`with revision (\d+)`).FindStringSubmatch(run("said of these two in between", "tell-apart", one, other))
	if said == nil {
		t.Fatal("the refusal does not say which revision to state")
	}
	run("told apart at position", "tell-apart", one, other, "--revision", said[1])
	run("revision", "show", one, "--json")
	run("there is no such person", "show", "01990000-0000-7000-8000-0000000000ff")
}

// isShownAfter waits until what a command says it recorded can be read, if it
// says so.
func isShownAfter(t *testing.T, conn grpc.ClientConnInterface, out string) {
	t.Helper()
	said := regexp.MustCompile(`at position (\d+)`).FindStringSubmatch(out)
	if said == nil {
		return
	}
	at, err := strconv.ParseUint(said[1], 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	isShown(t, conn, at)
}

// allIsShown waits until all that was recorded can be read.
func allIsShown(t *testing.T, r *servertest.Running, conn grpc.ClientConnInterface) {
	t.Helper()
	last, err := r.Log().Last(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	isShown(t, conn, uint64(last))
}

// isShown waits until what was recorded at a position can be read.
func isShown(t *testing.T, conn grpc.ClientConnInterface, at uint64) {
	t.Helper()
	if _, err := casefilev1.NewCaseFileServiceClient(conn).ListCases(t.Context(), &casefilev1.ListCasesRequest{MinPosition: at}); err != nil {
		t.Fatal(err)
	}
}
