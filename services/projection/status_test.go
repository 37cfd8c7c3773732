package projection_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"percorsi/internal/access"
	"percorsi/internal/casework"
	"percorsi/internal/casework/casetest"
	"percorsi/internal/eventlog"
	"percorsi/internal/eventlog/memlog"
	"percorsi/internal/fact"
	"percorsi/internal/fault"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	projectionv1 "percorsi/internal/gen/percorsi/projection/v1"
	"percorsi/internal/readmodel"
	"percorsi/internal/readmodel/memory"
	"percorsi/services/projection"
	"percorsi/services/projector"
)

// following keeps a read model in step with a log, and gives both once it is.
func following(t *testing.T, log *memlog.Log) (*projector.Projector, *memory.Model) {
	t.Helper()
	m := memory.New(memory.Config{Today: func() casework.Day { return 21_000 }})
	p := projector.New(projector.Config{Log: log, Model: m})
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- p.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	})
	<-p.Ready()
	return p, m
}

// poisoned is a log with commits of a district, and three streams that stop.
func poisoned(t *testing.T) (log *memlog.Log, good []*eventv1.Commit) {
	t.Helper()
	log = memlog.New(time.Now)
	good = casetest.District(1, 10)
	for _, c := range good {
		data, err := fact.Encode(c)
		if err != nil {
			t.Fatal(err)
		}
		put(t, log, eventlog.Stream(c.GetStream()), data)
	}
	for i := range 3 {
		put(t, log, eventlog.Stream(fmt.Sprintf("case.0190a1b2-7c3d-7e4f-8a5b-11223344556%d", i)), []byte{0xff})
	}
	put(t, log, "case.0190a1b2-7c3d-7e4f-8a5b-112233445560", []byte("more of the first"))
	return log, good
}

func put(t *testing.T, log *memlog.Log, s eventlog.Stream, data []byte) {
	t.Helper()
	last, err := log.LastOf(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := log.Append(t.Context(), eventlog.Entry{Stream: s, Expect: eventlog.ExpectLast(last), Data: data}); err != nil {
		t.Fatal(err)
	}
}

func TestTheStatusShowsWhereTheModelStandsAndWhatStopped(t *testing.T) {
	log, good := poisoned(t)
	p, m := following(t, log)
	c := serve(t, projection.Config{Projector: p, Model: m})(access.Planner)
	got, err := c.GetStatus(t.Context(), &projectionv1.GetStatusRequest{PageSize: 2})
	if err != nil {
		t.Fatal(err)
	}
	end := uint64(len(good)) + 4
	if got.GetBackend() != projectionv1.Backend_BACKEND_MEMORY || got.GetHealth() != projectionv1.Health_HEALTH_POISONED || !got.GetLeading() ||
		got.GetPosition() != end || got.GetLast() != end || got.GetLag() != 0 || got.GetBehind().AsDuration() != 0 || got.GetTrouble() != "" {
		t.Errorf("%v", got)
	}
	facts := 0
	for _, commit := range good {
		facts += len(commit.GetFacts())
	}
	if got.GetFacts() != uint64(facts) || got.GetRate() <= 0 {
		t.Errorf("%d facts, %v a second; want %d", got.GetFacts(), got.GetRate(), facts)
	}
	if got.GetQuarantined() != 3 || len(got.GetStopped()) != 2 || got.GetNextPageToken() == "" {
		t.Fatalf("%v", got)
	}
	first := got.GetStopped()[0]
	if first.GetStream() != "case.0190a1b2-7c3d-7e4f-8a5b-112233445560" || first.GetAt() != end-3 || first.GetWaiting() != 1 ||
		first.GetReason() == "" || time.Since(first.GetSince().AsTime()) > time.Hour {
		t.Errorf("%v", first)
	}
	rest, err := c.GetStatus(t.Context(), &projectionv1.GetStatusRequest{PageSize: 2, PageToken: got.GetNextPageToken()})
	if err != nil || len(rest.GetStopped()) != 1 || rest.GetNextPageToken() != "" || rest.GetQuarantined() != 3 {
		t.Errorf("%v, %v", rest, err)
	}
	if _, err := c.GetStatus(t.Context(), &projectionv1.GetStatusRequest{PageToken: "!"}); status.Code(err) != codes.InvalidArgument {
		t.Errorf("a token that nobody gave: %v", err)
	}
}

func TestTablesAreNamedAsTheBackend(t *testing.T) {
	got, err := kept(t, &tables{}).GetStatus(t.Context(), &projectionv1.GetStatusRequest{})
	if err != nil || got.GetBackend() != projectionv1.Backend_BACKEND_POSTGRES || got.GetHealth() != projectionv1.Health_HEALTH_LIVE {
		t.Errorf("%v, %v", got, err)
	}
}

// said is a projector that says what a test wants.
type said struct {
	status projector.Status
	err    error
}

func (s said) Status(context.Context) (projector.Status, error) { return s.status, s.err }

// silent is a model whose database does not answer.
type silent struct{}

func (silent) Quarantined(context.Context, readmodel.Page) (readmodel.QuarantinePage, error) {
	return readmodel.QuarantinePage{}, errors.New("dial tcp 10.0.0.7:5432: connection refused")
}

func TestTheStatusIsAnsweredWhenNothingElseIs(t *testing.T) {
	_, m := following(t, memlog.New(time.Now))
	away := errors.New("dial tcp 10.0.0.7:5432: connection refused")
	for name, tt := range map[string]struct {
		cfg  projection.Config
		want string
	}{
		"a database that is away": {
			projection.Config{Projector: said{projector.Status{Health: projector.Late}, away}, Model: silent{}}, "the log of the server says more",
		},
		"a log with a hole": {
			projection.Config{Projector: said{status: projector.Status{
				Health: projector.Failed, Err: fmt.Errorf("follow the log: %w", &eventlog.Gap{Position: 42}),
			}}, Model: m}, "no record at position 42",
		},
		"a lead that was lost": {
			projection.Config{Projector: said{status: projector.Status{
				Health: projector.Stuck, Err: fmt.Errorf("fold: %w", fault.New(fault.Unavailable, "another process writes")),
			}}, Model: m}, "another process writes",
		},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := serve(t, tt.cfg)(access.Administrator).GetStatus(t.Context(), &projectionv1.GetStatusRequest{})
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(got.GetTrouble(), tt.want) || strings.Contains(got.GetTrouble(), "10.0.0.7") {
				t.Errorf("it says %q", got.GetTrouble())
			}
			if got.GetHealth() == projectionv1.Health_HEALTH_UNSPECIFIED {
				t.Error("it does not say how the model is")
			}
		})
	}
}

func TestEveryHealthHasAWordInTheAPI(t *testing.T) {
	_, m := following(t, memlog.New(time.Now))
	seen := map[projectionv1.Health]bool{projectionv1.Health_HEALTH_UNSPECIFIED: true}
	for _, h := range projector.Healths() {
		c := serve(t, projection.Config{Projector: said{status: projector.Status{Health: h}}, Model: m})(access.Planner)
		got, err := c.GetStatus(t.Context(), &projectionv1.GetStatusRequest{})
		if err != nil {
			t.Fatal(err)
		}
		if want := strings.ReplaceAll(strings.ToUpper(string(h)), "-", "_"); got.GetHealth().String() != "HEALTH_"+want {
			t.Errorf("%s is %s", h, got.GetHealth())
		}
		seen[got.GetHealth()] = true
	}
	if len(seen) != len(projectionv1.Health_name) {
		t.Errorf("%d words of %d are used", len(seen), len(projectionv1.Health_name))
	}
}
