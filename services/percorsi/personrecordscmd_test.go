package main

import (
	"regexp"
	"strings"
	"testing"

	"github.com/google/uuid"

	"percorsi/internal/access"
	"percorsi/services/percorsi/server/servertest"
)

func TestWhatWasRecordedOfAPersonIsCorrectedOnTheCommandLine(t *testing.T) {
	dir := t.TempDir()
	r := servertest.Start(t, dir)
	conn := r.As(access.CaseManager, "op.1", operatorBody)
	one, other := servertest.Register(t, conn, "Provabruni"), servertest.Register(t, conn, "Provabruni")
	allIsShown(t, r, conn)
	shows := func(want string, args ...string) string {
		t.Helper()
		out, err := execute(t, append([]string{"person", "--data", dir, "--addr", r.Addr()}, args...)...)
		if err != nil {
			out = explain(err)
		}
		if !strings.Contains(out, want) {
			t.Errorf("person %s: %q is not in\n%s", strings.Join(args, " "), want, out)
		}
		isShownAfter(t, conn, out)
		return out
	}
	registration := regexp.MustCompile(`(?m)^(\S{36}).*person registered`).FindStringSubmatch(shows("Provabruni Persona", "records", one))
	if registration == nil {
		t.Fatal("the registration is not shown")
	}
	amend := []string{"correct", one, "--fact", registration[1], "--fields", `{"identity": {"surname": "Provarossi"}}`, "--on", "2025-01-03", "--why", "typing-error"}
	shows("corrected at position", amend...)
	shows("2025-01-03  person registered  Provarossi Persona", "records", one)
	shows("amended at", "records", one)
	shows("Provarossi Persona", "show", one)
	shows("says what the fact says already", amend...)
	shows("stays registered", "correct", one, "--fact", registration[1], "--void", "--why", "wrong-person")
	shows("CODE_REPLACED", "correct", one, "--fact", registration[1], "--fields", `{"identity": {"identifier": "RSSMRA80A01H501U"}}`, "--why", "other")

	link := uuid.NewString()
	shows("linked at position", "link", one, other, "--basis", "document", "--reason", "stessa carta", "--command", link)
	shows(other+", document, stessa carta", "records", one)
	shows(one+", document, stessa carta", "records", other)
	shows("corrected at position", "correct", other, "--fact", link, "--fields", `{"basis": "LINK_BASIS_PERSON_SAYS", "reason": {"plain": "lo dice"}}`, "--why", "other")
	shows("person says, lo dice", "records", one)
	void := uuid.NewString()
	shows(void, "correct", one, "--fact", link, "--void", "--why", "not-happened", "--note", "due cugine", "--id", void)
	shows("voided", "records", one, "--with", other)
	shows("due cugine", "records", other, "--with", one, "--json")
	shows("corrected at position", "correct", other, "--with", one, "--fact", void, "--void", "--why", "other")
	shows("person says, lo dice", "records", one)
	shows("no such record", "correct", one, "--fact", uuid.NewString(), "--void", "--why", "other")
	shows("--why", "correct", one, "--fact", link, "--void", "--why", "because")
	shows("--void leaves nothing", "correct", one, "--fact", link, "--void", "--on", "2025-01-01", "--why", "other")
	shows("no number", "correct", one, "--fact", link+".x", "--void", "--why", "other")
	shows("not the JSON of a PersonContent", "correct", one, "--fact", link, "--fields", `{"name": "x"}`, "--why", "other")
}
