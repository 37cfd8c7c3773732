package outbox_test

import (
	"context"
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/testing/protocmp"
	"google.golang.org/protobuf/types/known/timestamppb"

	"percorsi/internal/casework"
	"percorsi/internal/eventlog"
	"percorsi/internal/eventlog/jetstream"
	"percorsi/internal/eventlog/memlog"
	noticev1 "percorsi/internal/gen/percorsi/notice/v1"
	"percorsi/internal/notice/outbox"
	"percorsi/internal/platform/embednats"
)

// onEach runs a test on an outbox in memory and on one in JetStream.
func onEach(t *testing.T, test func(t *testing.T, log outbox.Log)) {
	t.Helper()
	t.Run("memory", func(t *testing.T) { test(t, memlog.New(time.Now)) })
	t.Run("JetStream", func(t *testing.T) { test(t, stream(t)) })
}

// stream makes the stream of an outbox on a server of its own.
func stream(t *testing.T) *jetstream.Log {
	t.Helper()
	s, err := embednats.Start(embednats.Config{Dir: t.TempDir(), Unsynced: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Shutdown(context.WithoutCancel(t.Context())) })
	conn, err := s.Conn()
	if err != nil {
		t.Fatal(err)
	}
	name, prefix := outbox.Names("lodi")
	l, err := jetstream.Open(t.Context(), jetstream.Config{Conn: conn, Name: name, Prefix: prefix})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(l.Close)
	return l
}

// given makes a notice that follows from a position.
func given(at uint64) *noticev1.Notice {
	return &noticev1.Notice{
		Id: uuid.NewString(), Kind: noticev1.NoticeKind_NOTICE_KIND_TEAM_JOINED, CaseId: uuid.NewString(), About: uuid.NewString(),
		Day: "2025-03-01", Users: []string{"op-1", "op-2"}, Bodies: []string{"ACSI"}, Position: at, By: "op-3",
		At: timestamppb.New(time.Date(2025, 3, 2, 9, 30, 0, 5000, time.UTC)),
	}
}

func send(t *testing.T, o *outbox.Outbox, from outbox.Standing, b outbox.Batch) outbox.Standing {
	t.Helper()
	s, err := o.Send(t.Context(), from, b)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestAnOutboxKnowsHowFarItHasCome(t *testing.T) {
	onEach(t, func(t *testing.T, log outbox.Log) {
		o := outbox.New(log, "lodi")
		at := outbox.Standing{}
		for _, step := range []struct {
			sentence string
			send     outbox.Batch
			want     outbox.Standing
		}{
			{"unused", outbox.Batch{}, outbox.Standing{}},
			{"begun at the end of an old log", outbox.Batch{Mark: 40}, outbox.Standing{Last: 1, Position: 40}},
			{"after two commits", outbox.Batch{Notices: []*noticev1.Notice{given(41), given(41), given(44)}}, outbox.Standing{Last: 4, Position: 44}},
			{"after many that told nobody", outbox.Batch{Mark: 10_044}, outbox.Standing{Last: 5, Position: 10_044}},
			{"after one, and what followed", outbox.Batch{Notices: []*noticev1.Notice{given(10_045)}, Mark: 10_050}, outbox.Standing{Last: 7, Position: 10_050}},
			{"after the log had lost its end", outbox.Batch{Mark: 30}, outbox.Standing{Last: 8, Position: 30}},
		} {
			at = send(t, o, at, step.send)
			stands, err := outbox.New(log, "lodi").Stand(t.Context())
			if err != nil || stands != step.want || at != step.want {
				t.Errorf("%s: sent to %+v, opened at %+v, %v, want %+v", step.sentence, at, stands, err, step.want)
			}
		}
	})
}

func TestWhatIsSentComesBackInOrder(t *testing.T) {
	onEach(t, func(t *testing.T, log outbox.Log) {
		o := outbox.New(log, "lodi")
		first, second, third := given(1), given(2), given(2)
		third.Sealed, third.Bodies = true, nil
		at := send(t, o, outbox.Standing{}, outbox.Batch{Notices: []*noticev1.Notice{first, second, third}, Mark: 9})
		want := []outbox.Message{{1, 1, first}, {2, 2, second}, {3, 2, third}, {4, 9, nil}}
		var got []outbox.Message
		for m, err := range o.Follow(t.Context(), 0) {
			if err != nil {
				t.Fatal(err)
			}
			if got = append(got, m); m.Number == at.Last {
				break
			}
		}
		if d := cmp.Diff(want, got, protocmp.Transform()); d != "" {
			t.Errorf("followed (-want +got):\n%s", d)
		}
		for _, m := range want {
			alone, err := o.At(t.Context(), m.Number)
			if d := cmp.Diff(m, alone, protocmp.Transform()); d != "" || err != nil {
				t.Errorf("number %d alone, %v (-want +got):\n%s", m.Number, err, d)
			}
		}
	})
}

// Two who are both sure to be next must not both send.
func TestOfTwoWhoSendOneGetsThrough(t *testing.T) {
	onEach(t, func(t *testing.T, log outbox.Log) {
		o := outbox.New(log, "lodi")
		began := send(t, o, outbox.Standing{}, outbox.Batch{Mark: 7})
		send(t, o, began, outbox.Batch{Notices: []*noticev1.Notice{given(8)}})
		for _, late := range []outbox.Batch{
			{Notices: []*noticev1.Notice{given(8)}},
			{Notices: []*noticev1.Notice{given(8), given(9)}},
			{Mark: 9},
		} {
			if _, err := o.Send(t.Context(), began, late); !errors.Is(err, eventlog.ErrConflict) {
				t.Errorf("the second one: %v", err)
			}
		}
		if last, err := o.Last(t.Context()); last != 2 || err != nil {
			t.Errorf("there are %d messages, %v, want 2", last, err)
		}
	})
}

func TestAMessageIsACloudEvent(t *testing.T) {
	onEach(t, func(t *testing.T, log outbox.Log) {
		o := outbox.New(log, "lodi")
		open, sealed := given(1), given(2)
		sealed.Sealed, sealed.Bodies, sealed.Kind = true, nil, noticev1.NoticeKind_NOTICE_KIND_MEETING_CALLED
		send(t, o, outbox.Standing{}, outbox.Batch{Notices: []*noticev1.Notice{open, sealed}})
		for p, want := range map[eventlog.Position]struct {
			stream eventlog.Stream
			kind   string
			notice *noticev1.Notice
		}{
			1: {"open.team-joined", "it.percorsi.team-joined.v1", open},
			2: {"sealed.meeting-called", "it.percorsi.meeting-called.v1", sealed},
		} {
			r, err := log.At(t.Context(), p)
			if err != nil {
				t.Fatal(err)
			}
			header := map[string]string{
				"ce-specversion":     "1.0",
				"ce-id":              want.notice.GetId(),
				"ce-source":          "/percorsi/lodi",
				"ce-type":            want.kind,
				"ce-subject":         want.notice.GetCaseId(),
				"ce-time":            "2025-03-02T09:30:00.000005Z",
				"ce-datacontenttype": "application/json",
				"content-type":       "application/json",
				"Pz-Position":        map[eventlog.Position]string{1: "1", 2: "2"}[p],
			}
			if d := cmp.Diff(header, r.Header); d != "" || r.Stream != want.stream {
				t.Errorf("on %s, want %s, headers (-want +got):\n%s", r.Stream, want.stream, d)
			}
			got := &noticev1.Notice{}
			if err := protojson.Unmarshal(r.Data, got); err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(want.notice, got, protocmp.Transform()); d != "" {
				t.Errorf("body (-want +got):\n%s", d)
			}
		}
	})
}

func TestTheBodyHasTheNamesOfTheSchema(t *testing.T) {
	log := memlog.New(time.Now)
	send(t, outbox.New(log, "lodi"), outbox.Standing{}, outbox.Batch{Notices: []*noticev1.Notice{given(1)}})
	r, err := log.At(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	var body map[string]any
	if err := json.Unmarshal(r.Data, &body); err != nil {
		t.Fatal(err)
	}
	if body["kind"] != "NOTICE_KIND_TEAM_JOINED" || body["case_id"] == nil {
		t.Errorf("%s", r.Data)
	}
}

// A notifier that was updated may say more than one who reads knows.
func TestWhatANewerVersionAddsIsLeftOut(t *testing.T) {
	log := memlog.New(time.Now)
	if _, err := log.AppendAll(t.Context(), eventlog.ExpectEmpty(), []eventlog.Entry{{
		Stream: "open.team-joined", Header: map[string]string{"Pz-Position": "4"},
		Data: []byte(`{"id": "x", "kind": "NOTICE_KIND_OF_TOMORROW", "colour": "red", "case_id": "c"}`),
	}}); err != nil {
		t.Fatal(err)
	}
	m, err := outbox.New(log, "lodi").At(t.Context(), 1)
	if err != nil || m.Position != casework.Position(4) || m.Notice.GetCaseId() != "c" || m.Notice.GetKind() != 0 {
		t.Errorf("%+v, %v", m, err)
	}
}

func TestAnOutboxKnowsUpToWhichDayPeopleWereToldOfClocks(t *testing.T) {
	onEach(t, func(t *testing.T, log outbox.Log) {
		o := outbox.New(log, "lodi")
		clock, next := given(1), given(1)
		clock.Clock, next.Clock = "T120", "T90"
		at := outbox.Standing{}
		for _, step := range []struct {
			sentence string
			send     outbox.Batch
			day      casework.Day
			given    map[string]bool
		}{
			{"never", outbox.Batch{}, 0, map[string]bool{}},
			{"a round under way", outbox.Batch{Notices: []*noticev1.Notice{given(1), clock}}, 0, map[string]bool{clock.GetId(): true}},
			{"a round that ended", outbox.Batch{Mark: 1, Clocks: 20_000}, 20_000, map[string]bool{}},
			{"other notices", outbox.Batch{Notices: []*noticev1.Notice{given(2)}, Mark: 7}, 20_000, map[string]bool{}},
			{"the next round", outbox.Batch{Notices: []*noticev1.Notice{next}}, 20_000, map[string]bool{next.GetId(): true}},
		} {
			at = send(t, o, at, step.send)
			day, ids, err := o.Clocks(t.Context())
			if err != nil || day != step.day || !cmp.Equal(ids, step.given) {
				t.Errorf("%s: %s, %v, %v, want %s, %v", step.sentence, day, ids, err, step.day, step.given)
			}
		}
		if s, err := o.Stand(t.Context()); err != nil || s != at || s.Position != 1 {
			t.Errorf("it stands at %+v, %v", s, err)
		}
	})
}
