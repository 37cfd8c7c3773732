package main

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"regexp"
	"strings"
	"testing"

	"percorsi/internal/access"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	"percorsi/services/percorsi/server/servertest"
)

// following is a command that runs until it is told to end.
type following struct {
	t      *testing.T
	lines  *bufio.Scanner
	said   *bytes.Buffer // on stderr, to be read after the end
	cancel func()
	ended  chan error
}

func startToFollow(t *testing.T, args ...string) *following {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	out, in := io.Pipe()
	f := &following{t: t, lines: bufio.NewScanner(out), said: &bytes.Buffer{}, cancel: cancel, ended: make(chan error, 1)}
	root := newRoot()
	root.SetOut(in)
	root.SetErr(f.said)
	root.SetArgs(args)
	go func() {
		err := root.ExecuteContext(ctx)
		_ = in.Close() // whose reader never fails
		f.ended <- err
	}()
	t.Cleanup(func() {
		cancel()
		_ = out.Close()
	})
	return f
}

// wantLine wants that the next line tells something.
func (f *following) wantLine(want ...string) {
	f.t.Helper()
	if !f.lines.Scan() {
		f.t.Fatalf("it ended: %v", <-f.ended)
	}
	for _, w := range want {
		if !strings.Contains(f.lines.Text(), w) {
			f.t.Errorf("the next line is %q, want %q", f.lines.Text(), w)
		}
	}
}

// end ends the command as Ctrl-C does, and gives what it said on stderr.
func (f *following) end() string {
	f.t.Helper()
	f.cancel()
	for f.lines.Scan() {
		f.t.Errorf("one more line: %s", f.lines.Text())
	}
	if err := <-f.ended; err != nil {
		f.t.Errorf("it ended with %v", err)
	}
	return f.said.String()
}

func TestTheCommandLineWatchesACaseAndGoesOnAfterALostConnection(t *testing.T) {
	dir := t.TempDir()
	r := servertest.Start(t, dir)
	conn := r.As(access.Coordinator, "op.5", operatorBody)
	j := servertest.NewJourney(t, conn)
	j.Do("2025-01-15", &eventv1.Signalled{
		PersonId: servertest.Register(t, conn, "Provaosserva"), Pathway: eventv1.Pathway_PATHWAY_GENERALE, Area: eventv1.Area_AREA_POVERTY,
		Service: eventv1.Service_SERVICE_SEVERE_MARGINALITY, Comune: "098031", ManagingBody: operatorBody,
		SignalledByKind: eventv1.BodyKind_BODY_KIND_CITIZEN,
	})
	wire := servertest.NewWire(t, r.Addr())
	args := []string{"case", "watch", "--data", dir, "--addr", wire.Addr(), j.Case}
	f := startToFollow(t, args...)
	f.wantLine("signalled", "2025-01-15", "op.5 "+operatorBody)
	j.Do("2025-02-01", &eventv1.TakenInCharge{})
	f.wantLine("taken_in_charge")
	wire.Cut()
	j.Do("2025-02-02", &eventv1.CaseManagerAssigned{CaseManager: "op.7", Body: operatorBody})
	f.wantLine("case_manager_assigned")
	said := f.end()
	m := regexp.MustCompile(`go on with (--after) (\S+)`).FindStringSubmatch(said)
	if m == nil || !strings.Contains(said, "the connection was lost, trying again") {
		t.Fatalf("at the end it says %q", said)
	}
	j.Do("2025-02-03", &eventv1.ContactAttempted{Channel: eventv1.Channel_CHANNEL_PHONE})
	f = startToFollow(t, append(args, m[1:]...)...)
	f.wantLine("contact_attempted")
	f.end()

	for name, c := range map[string]struct{ flag, value, want string }{
		"a token of nobody": {"--after", "yesterday", "resume"},
		"a role of nobody":  {"--as", "king", "--as king"},
	} {
		out, err := execute(t, append(args, c.flag, c.value)...)
		if err == nil || !strings.Contains(explain(err), c.want) {
			t.Errorf("%s: %s, %v", name, out, err)
		}
	}
}
