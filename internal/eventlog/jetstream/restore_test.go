package jetstream_test

import (
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"
	"time"

	natsjs "github.com/nats-io/nats.go/jetstream"

	"percorsi/internal/eventlog"
	"percorsi/internal/eventlog/eventlogtest"
	"percorsi/internal/eventlog/jetstream"
	"percorsi/internal/platform/embednats"
)

// vacant is a server without a log.
type vacant struct {
	*embednats.Server
}

func emptyServer(t *testing.T) *vacant {
	t.Helper()
	s, err := embednats.Start(embednats.Config{Dir: t.TempDir(), Unsynced: true})
	if err != nil {
		t.Fatal(err)
	}
	n := &node{server: s}
	t.Cleanup(func() { n.stop(t) })
	return &vacant{s}
}

// config is that of the log of these tests, with a connection of its own.
func (b *vacant) config(t *testing.T) jetstream.Config {
	t.Helper()
	conn, err := b.Conn()
	if err != nil {
		t.Fatal(err)
	}
	return jetstream.Config{Conn: conn, Name: "PZ-LODI", Prefix: "pz.lodi"}
}

func (b *vacant) open(t *testing.T) *jetstream.Log {
	t.Helper()
	l, err := jetstream.Open(t.Context(), b.config(t))
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func (b *vacant) restore(t *testing.T, records iter.Seq2[eventlog.Record, error]) (eventlog.Position, error) {
	t.Helper()
	return jetstream.Restore(t.Context(), b.config(t), records, nil)
}

// holds fails unless a log has exactly these records, however it is read.
func holds(t *testing.T, l *jetstream.Log, want []eventlog.Record) {
	t.Helper()
	got, err := eventlogtest.Collect(l.Read(t.Context(), 0, 0))
	if err != nil {
		t.Fatal(err)
	}
	if diff := eventlogtest.Diff(want, got); diff != "" {
		t.Fatalf("(-want +read):\n%s", diff)
	}
	for _, i := range []int{0, len(want) / 2, len(want) - 1} {
		r, err := l.At(t.Context(), want[i].Position)
		if err != nil {
			t.Fatal(err)
		}
		if diff := eventlogtest.Diff(want[i:i+1], []eventlog.Record{r}); diff != "" {
			t.Errorf("at %d (-want +got):\n%s", want[i].Position, diff)
		}
	}
}

func TestARestoredLogIsTheLogThatWasLost(t *testing.T) {
	for _, n := range []int{1, 2, 1000, 1001, 3500} {
		t.Run(fmt.Sprintf("of %d records", n), func(t *testing.T) {
			s, records := emptyServer(t), eventlogtest.Records(n)
			var reached []eventlog.Position
			last, err := jetstream.Restore(t.Context(), s.config(t), eventlogtest.Sequence(records), func(p eventlog.Position) { reached = append(reached, p) })
			if err != nil || last != eventlog.Position(n) {
				t.Fatalf("restored up to %d, %v", last, err)
			}
			if !slices.IsSorted(reached) || len(reached) == 0 || reached[len(reached)-1] != last {
				t.Errorf("progress %v, want it to end at %d", reached, last)
			}
			holds(t, s.open(t), records)
		})
	}
}

func TestARestoredLogGoesOn(t *testing.T) {
	s, records := emptyServer(t), eventlogtest.Records(50)
	if _, err := s.restore(t, eventlogtest.Sequence(records)); err != nil {
		t.Fatal(err)
	}
	l := s.open(t)
	stream := records[49].Stream
	if _, err := l.Append(t.Context(), eventlog.Entry{Stream: stream, Expect: eventlog.ExpectEmpty()}); !errors.Is(err, eventlog.ErrConflict) {
		t.Errorf("an append that does not know of the restored records: %v", err)
	}
	before := time.Now()
	p, err := l.Append(t.Context(), eventlog.Entry{Stream: stream, Expect: eventlog.ExpectLast(50)})
	if p != 51 || err != nil {
		t.Fatalf("append: %d, %v", p, err)
	}
	r, err := l.At(t.Context(), p)
	if err != nil || r.StoredAt.Before(before.Add(-time.Minute)) {
		t.Errorf("the new record was stored at %v, %v", r.StoredAt, err)
	}
}

func TestALogThatWasRestoredCanBeRestoredAgain(t *testing.T) {
	first, second, records := emptyServer(t), emptyServer(t), eventlogtest.Records(30)
	if _, err := first.restore(t, eventlogtest.Sequence(records)); err != nil {
		t.Fatal(err)
	}
	if _, err := second.restore(t, first.open(t).Read(t.Context(), 0, 0)); err != nil {
		t.Fatal(err)
	}
	holds(t, second.open(t), records)
}

func TestALogWithRecordsIsNotRestoredOnto(t *testing.T) {
	s, records := emptyServer(t), eventlogtest.Records(3)
	l := s.open(t)
	if _, err := l.Append(t.Context(), eventlog.Entry{Stream: "case.1", Expect: eventlog.ExpectEmpty()}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.restore(t, eventlogtest.Sequence(records)); err == nil || !strings.Contains(err.Error(), "only an empty one") {
		t.Errorf("restore: %v", err)
	}
	if last, err := s.open(t).Last(t.Context()); last != 1 || err != nil {
		t.Errorf("afterwards the log ends at %d, %v", last, err)
	}
}

func TestALogThatWasOpenedAndNeverWrittenIsRestoredOnto(t *testing.T) {
	s, records := emptyServer(t), eventlogtest.Records(3)
	s.open(t)
	if _, err := s.restore(t, eventlogtest.Sequence(records)); err != nil {
		t.Fatal(err)
	}
	holds(t, s.open(t), records)
}

func TestAStreamThatIsNotFitIsNotRestoredOnto(t *testing.T) {
	s := emptyServer(t)
	cfg := s.config(t)
	js, err := natsjs.New(cfg.Conn)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := js.CreateStream(t.Context(), natsjs.StreamConfig{Name: cfg.Name, Subjects: []string{cfg.Prefix + ".>"}, MaxAge: time.Hour}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.restore(t, eventlogtest.Sequence(eventlogtest.Records(3))); err == nil || !strings.Contains(err.Error(), "not fit") {
		t.Errorf("restore: %v", err)
	}
}

// broken gives the first n records and then an error.
func broken(records []eventlog.Record, n int, err error) iter.Seq2[eventlog.Record, error] {
	return func(yield func(eventlog.Record, error) bool) {
		for _, r := range records[:n] {
			if !yield(r, nil) {
				return
			}
		}
		yield(eventlog.Record{}, err)
	}
}

var errCut = errors.New("the copy was cut off")

func TestARestoreThatEndedHalfWayGoesOnWhereItStopped(t *testing.T) {
	s, records := emptyServer(t), eventlogtest.Records(3000)
	for _, n := range []int{0, 1500, 1500, 2500} {
		if _, err := s.restore(t, broken(records, n, errCut)); !errors.Is(err, errCut) {
			t.Fatalf("cut after %d: %v", n, err)
		}
	}
	if _, err := s.restore(t, eventlogtest.Sequence(records)); err != nil {
		t.Fatal(err)
	}
	holds(t, s.open(t), records)
}

func TestALogWhoseRestoreDidNotEndIsNotOpened(t *testing.T) {
	s, records := emptyServer(t), eventlogtest.Records(1500)
	if _, err := s.restore(t, broken(records, 1200, errCut)); !errors.Is(err, errCut) {
		t.Fatal(err)
	}
	if _, err := jetstream.Open(t.Context(), s.config(t)); err == nil || !strings.Contains(err.Error(), "did not end") {
		t.Errorf("open: %v", err)
	}
}

func TestAHalfRestoredLogGoesOnWithTheSameCopyOnly(t *testing.T) {
	records := eventlogtest.Records(1500)
	other := slices.Clone(records)
	other[700].StoredAt = other[700].StoredAt.Add(1)
	for name, tt := range map[string]struct {
		copy []eventlog.Record
		want string
	}{
		"another time in one record": {other, "another record at position 701 (another time)"},
		"a copy that ends before":    {records[:600], "the copy ends at position 600, and an earlier restore had come to 1000"},
	} {
		t.Run(name, func(t *testing.T) {
			s := emptyServer(t)
			if _, err := s.restore(t, broken(records, 1200, errCut)); !errors.Is(err, errCut) {
				t.Fatal(err)
			}
			if _, err := s.restore(t, eventlogtest.Sequence(tt.copy)); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("restore: %v, want %q", err, tt.want)
			}
		})
	}
}

func TestACopyThatIsNotWholeIsNotRestored(t *testing.T) {
	change := func(i int, fn func(*eventlog.Record)) []eventlog.Record {
		records := eventlogtest.Records(5)
		fn(&records[i])
		return records
	}
	for name, tt := range map[string]struct {
		records []eventlog.Record
		want    error
	}{
		"a hole":                   {slices.Delete(eventlogtest.Records(5), 2, 3), eventlog.ErrGap},
		"a start in the middle":    {eventlogtest.Records(5)[1:], eventlog.ErrGap},
		"a position twice":         {change(3, func(r *eventlog.Record) { r.Position = 3 }), eventlog.ErrGap},
		"a stream that is none":    {change(0, func(r *eventlog.Record) { r.Stream = "case.>" }), eventlog.ErrInvalidStream},
		"a header that is ours":    {change(4, func(r *eventlog.Record) { r.Header = map[string]string{"Log-Stored-At": "x"} }), eventlog.ErrInvalidHeader},
		"more than a record holds": {change(4, func(r *eventlog.Record) { r.Data = make([]byte, eventlog.MaxEntry+1) }), eventlog.ErrTooLarge},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := emptyServer(t).restore(t, eventlogtest.Sequence(tt.records)); !errors.Is(err, tt.want) {
				t.Errorf("restore: %v, want %v", err, tt.want)
			}
		})
	}
}

func TestAnEmptyCopyLeavesNothingBehind(t *testing.T) {
	s := emptyServer(t)
	if _, err := s.restore(t, eventlogtest.Sequence(nil)); err == nil || !strings.Contains(err.Error(), "nothing to restore") {
		t.Errorf("restore: %v", err)
	}
	js, err := natsjs.New(s.config(t).Conn)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := js.Stream(t.Context(), "PZ-LODI"); !errors.Is(err, natsjs.ErrStreamNotFound) {
		t.Errorf("a stream was made: %v", err)
	}
}

func TestARestoreNoticesWhoElseWrites(t *testing.T) {
	s, records := emptyServer(t), eventlogtest.Records(2500)
	other := s.config(t).Conn
	disturbed := func(yield func(eventlog.Record, error) bool) {
		for _, r := range records {
			if r.Position == 1700 { // the first batch is on its way or there
				if _, err := other.Request("pz.lodi.case.other", nil, time.Minute); err != nil {
					t.Error(err)
				}
			}
			if !yield(r, nil) {
				return
			}
		}
	}
	if _, err := s.restore(t, disturbed); err == nil || !strings.Contains(err.Error(), "somebody else") {
		t.Errorf("restore: %v", err)
	}
}

func TestAFollowerTakesARestoredLogForTheSame(t *testing.T) {
	dir := t.TempDir()
	at := port(t)
	s := external(t, dir, at)
	l := openExternal(t, s)
	race64(t, l, 1)
	records, err := eventlogtest.Collect(l.Read(t.Context(), 0, 0))
	if err != nil {
		t.Fatal(err)
	}
	seen := eventlog.Position(0)
	for r, err := range l.Follow(t.Context(), 0) {
		if err != nil {
			t.Fatal(err)
		}
		if r.Position != seen+1 {
			t.Fatalf("record %d came after record %d", r.Position, seen)
		}
		seen = r.Position
		switch seen {
		case 64: // the files are lost, and made again from the copy
			halt(s)
			replaced := external(t, t.TempDir(), at)
			conn, err := jetstream.Connect(replaced.ClientURL())
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			if _, err := jetstream.Restore(t.Context(), jetstream.Config{Conn: conn, Name: "PZ-LODI", Prefix: "pz.lodi"}, eventlogtest.Sequence(records), nil); err != nil {
				t.Fatal(err)
			}
			appendAgain(t.Context(), t, l, "case.after")
		case 65:
			return
		}
	}
}

func TestALogIsRestoredOntoACluster(t *testing.T) {
	servers := cluster(t, 3)
	cfg := jetstream.Config{Name: "PZ-LODI", Prefix: "pz.lodi", Replicas: 3}
	openOnCluster(t, servers[0], cfg)
	conn, err := jetstream.Connect(servers[1].ClientURL())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	cfg.Conn = conn
	records := eventlogtest.Records(2500)
	if _, err := jetstream.Restore(t.Context(), cfg, broken(records, 1700, errCut), nil); !errors.Is(err, errCut) {
		t.Fatal(err)
	}
	if _, err := jetstream.Restore(t.Context(), cfg, eventlogtest.Sequence(records), nil); err != nil {
		t.Fatal(err)
	}
	l, err := jetstream.Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	holds(t, l, records)
}
