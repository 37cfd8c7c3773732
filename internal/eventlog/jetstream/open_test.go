package jetstream_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	natsjs "github.com/nats-io/nats.go/jetstream"

	"percorsi/internal/eventlog"
	"percorsi/internal/eventlog/jetstream"
	"percorsi/internal/platform/embednats"
)

// api gives the server's own view of a log.
func (n *node) api(tb testing.TB) natsjs.JetStream {
	tb.Helper()
	nc, err := n.server.Conn()
	if err != nil {
		tb.Fatal(err)
	}
	js, err := natsjs.New(nc)
	if err != nil {
		tb.Fatal(err)
	}
	return js
}

func TestOpenLeavesAStreamThatIsNotFitAsItIs(t *testing.T) {
	js := open(t, embednats.Config{Dir: t.TempDir(), Unsynced: true}).api(t)
	if _, err := js.CreateStream(t.Context(), natsjs.StreamConfig{Name: "OTHER", Subjects: []string{"pz.other.>"}, MaxAge: time.Hour}); err != nil {
		t.Fatal(err)
	}
	_, err := jetstream.Open(t.Context(), jetstream.Config{Conn: js.Conn(), Name: "OTHER", Prefix: "pz.other"})
	if err == nil || !strings.Contains(err.Error(), "limit") || !strings.Contains(err.Error(), "left as it is") {
		t.Fatalf("open: %v", err)
	}
	s, err := js.Stream(t.Context(), "OTHER")
	if err != nil {
		t.Fatal(err)
	}
	if got := s.CachedInfo().Config.MaxAge; got != time.Hour {
		t.Errorf("the stream was changed: max age %v", got)
	}
}

func TestOpenRefusesAConfigurationThatCannotWork(t *testing.T) {
	js := open(t, embednats.Config{Dir: t.TempDir(), Unsynced: true}).api(t)
	for name, cfg := range map[string]jetstream.Config{
		"no connection":                   {Name: "X", Prefix: "pz.x"},
		"no name":                         {Conn: js.Conn(), Prefix: "pz.x"},
		"no prefix":                       {Conn: js.Conn(), Name: "X"},
		"a prefix with a wildcard":        {Conn: js.Conn(), Name: "X", Prefix: "pz.*"},
		"a name that is no stream's":      {Conn: js.Conn(), Name: "X.Y", Prefix: "pz.x"},
		"subjects of another log":         {Conn: js.Conn(), Name: "X", Prefix: "pz.lodi"},
		"more replicas than servers":      {Conn: js.Conn(), Name: "X", Prefix: "pz.x", Replicas: 3},
		"another prefix for the same log": {Conn: js.Conn(), Name: "PZ-LODI", Prefix: "pz.milano"},
	} {
		if _, err := jetstream.Open(t.Context(), cfg); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestOneServerCanKeepSeveralLogs(t *testing.T) {
	lodi := open(t, embednats.Config{Dir: t.TempDir(), Unsynced: true})
	milano, err := jetstream.Open(t.Context(), jetstream.Config{Conn: lodi.api(t).Conn(), Name: "PZ-MILANO", Prefix: "pz.milano"})
	if err != nil {
		t.Fatal(err)
	}
	defer milano.Close()
	for _, l := range []*jetstream.Log{lodi.Log, milano} {
		p, err := l.Append(t.Context(), eventlog.Entry{Stream: "case.1", Expect: eventlog.ExpectEmpty()})
		if p != 1 || err != nil {
			t.Errorf("first append: %d, %v", p, err)
		}
	}
}

// A hole cannot come about while the stream denies deletion. It can when the
// files are damaged.
func TestAReaderStopsAtAHole(t *testing.T) {
	const n = 6
	for _, hole := range []eventlog.Position{1, 3, n} {
		js := open(t, embednats.Config{Dir: t.TempDir(), Unsynced: true}).api(t)
		s, err := js.CreateStream(t.Context(), natsjs.StreamConfig{Name: "HOLED", Subjects: []string{"pz.holed.>"}})
		if err != nil {
			t.Fatal(err)
		}
		for range n {
			if _, err := js.Publish(t.Context(), "pz.holed.case.1", nil); err != nil {
				t.Fatal(err)
			}
		}
		if err := s.DeleteMsg(t.Context(), uint64(hole)); err != nil {
			t.Fatal(err)
		}
		l := jetstream.OpenUnchecked(js, "HOLED", "pz.holed")
		if last, err := l.Last(t.Context()); last != n || err != nil {
			t.Errorf("hole at %d: last position %d, %v, want %d", hole, last, err, n)
		}
		for name, seq := range map[string]func(func(eventlog.Record, error) bool){
			"read":   l.Read(t.Context(), 0, 0),
			"follow": l.Follow(t.Context(), 0),
		} {
			seen := eventlog.Position(0)
			var ended error
			for r, err := range seq {
				if ended = err; err == nil {
					seen = r.Position
				}
			}
			gap, ok := errors.AsType[*eventlog.Gap](ended)
			if !ok || gap.Position != hole || seen != hole-1 {
				t.Errorf("%s, hole at %d: ended after %d with %v", name, hole, seen, ended)
			}
		}
	}
}

func TestManyWritersShareBatches(t *testing.T) {
	n := open(t, embednats.Config{Dir: t.TempDir()})
	s, err := n.api(t).Stream(t.Context(), "PZ-LODI")
	if err != nil {
		t.Fatal(err)
	}
	race64(t, n.Log, 20)
	batched := 0
	info, err := s.Info(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for seq := range info.State.LastSeq {
		m, err := s.GetMsg(t.Context(), seq+1)
		if err != nil {
			t.Fatal(err)
		}
		if m.Header.Get("Nats-Batch-Id") != "" {
			batched++
		}
	}
	if batched < int(info.State.LastSeq)/2 {
		t.Errorf("%d of %d records came in batches", batched, info.State.LastSeq)
	}
	for r, err := range n.Read(t.Context(), 0, 0) {
		if err != nil || len(r.Header) != 0 {
			t.Fatalf("record %d shows %v, %v", r.Position, r.Header, err)
		}
	}
}

func TestACallIsRefusedAfterClose(t *testing.T) {
	n := open(t, embednats.Config{Dir: t.TempDir(), Unsynced: true})
	n.Close()
	_, err := n.Append(t.Context(), eventlog.Entry{Stream: "case.1", Expect: eventlog.ExpectEmpty()})
	if !errors.Is(err, eventlog.ErrClosed) {
		t.Errorf("append: %v", err)
	}
}

func TestWithoutAServerEverythingIsUnavailable(t *testing.T) {
	n := open(t, embednats.Config{Dir: t.TempDir(), Unsynced: true})
	if err := n.server.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	check := func(what string, err error) {
		t.Helper()
		if !errors.Is(err, eventlog.ErrUnavailable) || errors.Is(err, eventlog.ErrUnknownOutcome) {
			t.Errorf("%s: %v, want ErrUnavailable", what, err)
		}
	}
	_, err := n.Append(t.Context(), eventlog.Entry{Stream: "case.1", Expect: eventlog.ExpectEmpty()})
	check("append", err)
	_, err = n.Last(t.Context())
	check("last", err)
	_, err = n.At(t.Context(), 1)
	check("at", err)
	for _, err := range n.Read(t.Context(), 0, 0) {
		check("read", err)
	}
	for _, err := range n.Follow(t.Context(), 0) {
		check("follow", err)
	}
}
