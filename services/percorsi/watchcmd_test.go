package main

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"regexp"
	"strings"
	"testing"

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

// overAWire gives the flags that lead to the server over a wire.
func (d *desk) overAWire() ([]string, *servertest.Wire) {
	d.t.Helper()
	wire := servertest.NewWire(d.t, d.args[3])
	return []string{"--data", d.args[1], "--addr", wire.Addr()}, wire
}

func TestTheCommandLineWatchesACaseAndGoesOnAfterALostConnection(t *testing.T) {
	d := openDesk(t)
	d.shown()
	on, wire := d.overAWire()
	args := append(on, "case", "watch", d.file)
	f := startToFollow(t, args...)
	f.wantLine("signalled", "2025-01-15", operator+" "+operatorBody)
	d.run(d.file, "contact_attempted", "--day", "2025-02-01", "--fields", `{"channel": "CHANNEL_PHONE"}`)
	f.wantLine("contact_attempted", "2025-02-01")
	wire.Cut()
	d.run(d.file, "needs_recorded", "--day", "2025-02-02", "--fields", `{"needs": ["NEED_HOUSING"]}`)
	f.wantLine("needs_recorded")
	said := f.end()
	m := regexp.MustCompile(`go on with (--after) (\S+)`).FindStringSubmatch(said)
	if m == nil || !strings.Contains(said, "the connection was lost, trying again") {
		t.Fatalf("at the end it says %q", said)
	}
	d.run(d.file, "contact_attempted", "--day", "2025-02-03", "--fields", `{"channel": "CHANNEL_PHONE"}`)
	f = startToFollow(t, append(args, m[1:]...)...)
	f.wantLine("contact_attempted", "2025-02-03")
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
