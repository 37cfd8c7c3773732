package eventlog_test

import (
	"context"
	"errors"
	"io"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"
	"google.golang.org/grpc/test/bufconn"
	"google.golang.org/protobuf/proto"

	"percorsi/internal/casework/casetest"
	"percorsi/internal/eventlog"
	"percorsi/internal/eventlog/eventlogtest"
	"percorsi/internal/eventlog/wire"
	"percorsi/internal/fact"
	eventlogv1 "percorsi/internal/gen/percorsi/eventlog/v1"
	service "percorsi/services/eventlog"
)

// district gives a log of many cases, stored a second apart.
func district(t *testing.T, cases int) []eventlog.Record {
	t.Helper()
	var records []eventlog.Record
	for i, commit := range casetest.District(1, cases) {
		data, err := fact.Encode(commit)
		if err != nil {
			t.Fatal(err)
		}
		records = append(records, eventlog.Record{
			Position: eventlog.Position(i + 1), Stream: eventlog.Stream(commit.GetStream()), Header: fact.Headers(commit),
			Data: data, StoredAt: time.Unix(1_780_000_000+int64(i), 1).UTC(),
		})
	}
	return records
}

// serve serves a log, and its copy unless it is nil, and connects to it.
func serve(t *testing.T, log service.Log, copied service.Copy) eventlogv1.EventLogServiceClient {
	t.Helper()
	listener := bufconn.Listen(1 << 20)
	server := grpc.NewServer()
	eventlogv1.RegisterEventLogServiceServer(server, service.NewServer(log, copied, nil, nil))
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	t.Cleanup(func() {
		server.Stop()
		if err := <-served; err != nil {
			t.Error(err)
		}
	})
	conn, err := grpc.NewClient("passthrough:///log", grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) { return listener.DialContext(ctx) }))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return eventlogv1.NewEventLogServiceClient(conn)
}

// checked lets a server verify its log, and gives the problems and the last
// word.
func checked(t *testing.T, log service.Log, copied service.Copy) ([]string, *eventlogv1.VerifyResponse) {
	t.Helper()
	stream, err := serve(t, log, copied).Verify(t.Context(), &eventlogv1.VerifyRequest{})
	if err != nil {
		t.Fatal(err)
	}
	var problems []string
	for {
		word, err := stream.Recv()
		if err != nil {
			t.Fatalf("after %q: %v", problems, err)
		}
		if word.GetProblem() != "" {
			problems = append(problems, word.GetProblem())
		}
		if word.GetDone() {
			return problems, word
		}
	}
}

func TestASoundLogAndItsCopyHaveNoProblems(t *testing.T) {
	records := district(t, 20)
	n := uint64(len(records))
	problems, end := checked(t, eventlogtest.Keep(records), eventlogtest.Keep(records))
	if len(problems) > 0 || end.GetLast() != n || end.GetCopy().GetPosition() != n || end.GetCopy().GetLast() != n {
		t.Errorf("problems %q, end %v, want none and %d positions of both", problems, end, n)
	}
}

func TestTheCheckSaysThatThereIsNoCopy(t *testing.T) {
	records := district(t, 5)
	problems, end := checked(t, eventlogtest.Keep(records), nil)
	if len(problems) > 0 || end.GetCopy() != nil || end.GetLast() != uint64(len(records)) {
		t.Errorf("problems %q, end %v", problems, end)
	}
}

func TestACopyThatIsBehindIsComparedAsFarAsItGoes(t *testing.T) {
	records := district(t, 5)
	problems, end := checked(t, eventlogtest.Keep(records), eventlogtest.Keep(records[:7]))
	if len(problems) > 0 || end.GetCopy().GetPosition() != 7 || end.GetCopy().GetLast() != 7 || end.GetLast() != uint64(len(records)) {
		t.Errorf("problems %q, end %v", problems, end)
	}
}

func TestWhereTheCopyIsNotTheSameIsNamed(t *testing.T) {
	records := district(t, 20)
	for name, tt := range map[string]struct {
		damage func(log, copied *eventlogtest.Kept)
		want   []string
	}{
		"one byte of one row": {func(_, c *eventlogtest.Kept) {
			c.Change(9, func(r *eventlog.Record) { r.Data = slices.Concat(r.Data[:4], []byte{r.Data[4] ^ 1}, r.Data[5:]) })
		}, []string{"position 9: other bytes"}},
		"rows that are gone": {func(_, c *eventlogtest.Kept) { c.Lose(4, 5, 6) }, []string{"positions 4 to 6: missing in the copy"}},
		"a log that lost its tail": {
			func(l, _ *eventlogtest.Kept) { l.Cut(30) },
			[]string{"missing in the log"},
		},
		"a hole in the log": {
			func(l, _ *eventlogtest.Kept) { l.Lose(12) },
			[]string{"no record at position 12", "position 12: missing in the log"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			log, copied := eventlogtest.Keep(records), eventlogtest.Keep(records)
			tt.damage(log, copied)
			problems, end := checked(t, log, copied)
			if len(problems) != len(tt.want) || end.GetCopy() == nil {
				t.Fatalf("problems %q, want %q", problems, tt.want)
			}
			for i, want := range tt.want {
				if !strings.Contains(problems[i], want) {
					t.Errorf("problem %q, want %q", problems[i], want)
				}
			}
		})
	}
}

func TestACopyOfAnotherLogIsNotToldRowByRow(t *testing.T) {
	records := district(t, 60)
	other := eventlogtest.Keep(records)
	for _, r := range records {
		other.Change(r.Position, func(r *eventlog.Record) { r.StoredAt = r.StoredAt.Add(1) })
	}
	problems, _ := checked(t, eventlogtest.Keep(records), other)
	if len(records) <= 1000 || len(problems) != 1001 || !strings.Contains(problems[1000], "stops here") {
		t.Errorf("%d problems of %d records, the last %q", len(problems), len(records), problems[len(problems)-1])
	}
}

func TestACopyThatCannotBeReadEndsTheCheck(t *testing.T) {
	records := district(t, 5)
	copied := eventlogtest.Keep(records)
	copied.Break(3, errors.New("the connection is lost"))
	stream, err := serve(t, eventlogtest.Keep(records), copied).Verify(t.Context(), &eventlogv1.VerifyRequest{})
	if err != nil {
		t.Fatal(err)
	}
	for err == nil {
		var word *eventlogv1.VerifyResponse
		if word, err = stream.Recv(); word.GetDone() {
			t.Error("the check came to its end")
		}
	}
	if errors.Is(err, io.EOF) {
		t.Error("the check ended without an error")
	}
}

// records reads from a server.
func records(t *testing.T, client eventlogv1.EventLogServiceClient, r *eventlogv1.ReadRecordsRequest) ([]eventlog.Record, error) {
	t.Helper()
	stream, err := client.ReadRecords(t.Context(), r)
	if err != nil {
		return nil, err
	}
	var out []eventlog.Record
	for {
		run, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return out, err
		}
		if len(run.GetRecords()) == 0 || proto.Size(run) > 2<<20 {
			t.Errorf("a run of %d records, %d bytes", len(run.GetRecords()), proto.Size(run))
		}
		for _, m := range run.GetRecords() {
			record, err := wire.Decode(m)
			if err != nil {
				return out, err
			}
			out = append(out, record)
		}
	}
}

func TestRecordsAreReadAsTheLogHasThem(t *testing.T) {
	all := eventlogtest.Records(3000)
	client := serve(t, eventlogtest.Keep(all), nil)
	for _, tt := range []struct{ from, to, first, last uint64 }{
		{0, 0, 1, 3000}, {1, 3000, 1, 3000}, {2999, 0, 2999, 3000}, {7, 7, 7, 7}, {3001, 0, 1, 0},
	} {
		got, err := records(t, client, &eventlogv1.ReadRecordsRequest{From: tt.from, To: tt.to})
		if err != nil {
			t.Fatal(err)
		}
		if diff := eventlogtest.Diff(all[tt.first-1:tt.last], got); diff != "" {
			t.Errorf("from %d to %d (-want +got):\n%s", tt.from, tt.to, diff)
		}
	}
}

func TestTheLargestRecordsCanBeRead(t *testing.T) {
	var all []eventlog.Record
	for p := range eventlog.Position(5) {
		all = append(all, eventlog.Record{Position: p + 1, Stream: "case.1", Data: make([]byte, eventlog.MaxEntry), StoredAt: time.Unix(1, 0)})
	}
	got, err := records(t, serve(t, eventlogtest.Keep(all), nil), &eventlogv1.ReadRecordsRequest{})
	if err != nil || len(got) != len(all) {
		t.Errorf("%d of %d records, %v", len(got), len(all), err)
	}
}

func TestALogWithAHoleIsNotReadToItsEnd(t *testing.T) {
	log := eventlogtest.Keep(eventlogtest.Records(10))
	log.Lose(6)
	if _, err := records(t, serve(t, log, nil), &eventlogv1.ReadRecordsRequest{}); err == nil {
		t.Error("the stream ended well")
	}
}

func TestPositionsThatAreNotThereAreRefused(t *testing.T) {
	client := serve(t, eventlogtest.Keep(eventlogtest.Records(10)), nil)
	for _, r := range []*eventlogv1.ReadRecordsRequest{{To: 11}, {From: 12}, {From: 5, To: 3}} {
		if _, err := records(t, client, r); status.Code(err) == codes.OK {
			t.Errorf("%v was answered", r)
		}
	}
}
