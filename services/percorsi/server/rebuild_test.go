package server_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"percorsi/internal/access"
	casefilev1 "percorsi/internal/gen/percorsi/casefile/v1"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	indicatorv1 "percorsi/internal/gen/percorsi/indicator/v1"
	projectionv1 "percorsi/internal/gen/percorsi/projection/v1"
	"percorsi/services/percorsi/server/servertest"
)

const (
	// factsVariable makes the log longer that is rebuilt while people work,
	// such as PERCORSI_TEST_FACTS=1000000; give go test a -timeout that fits.
	factsVariable = "PERCORSI_TEST_FACTS"
	usualFacts    = 20_000

	recorders = 16
	readers   = 4
	// foldsWithin bounds how long the long log may take to be folded: far more
	// than it does.
	foldsWithin = time.Hour
)

// TestARebuildIsNoticedByNobody makes the read model anew while 16 people
// record and others read, first cancelled half-way, then to its end. The log has
// 20,000 facts, or as many as PERCORSI_TEST_FACTS says:
//
//	PERCORSI_TEST_FACTS=1000000 go test -timeout 2h -run Rebuild ./services/percorsi/server
func TestARebuildIsNoticedByNobody(t *testing.T) {
	g := servertest.NewGroupOnPostgres(t)
	leads, follows := g.Start(), g.Start()
	o := officeBy(leads, g.As)
	database, err := pgxpool.New(t.Context(), g.Postgres)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(database.Close)
	facts := factsAsked(t)
	if err := servertest.NewDistrict(t, 2).Record(t.Context(), g.Log(), facts); err != nil {
		t.Fatal(err)
	}
	poll(t, foldsWithin, "both servers have folded the log", func() bool { return inStep(t, leads) && inStep(t, follows) })

	b := &busy{office: o, t: t, cases: someCases(t, o)}
	b.begin(leads, follows)
	admin := projectionv1.NewProjectionServiceClient(leads.As(access.Administrator, "op.5", "UFFICIO-DI-PIANO"))
	cancelHalfWay(t, admin)
	wantNothingLeft(t, admin, database)
	before := o.last(t)
	done := rebuild(t, admin)
	b.end()
	if !done.GetSwapped() || done.GetTotal() != 0 || done.GetResumed() || done.GetPosition() < before {
		t.Errorf("rebuilt with the log at %d: %v", before, done)
	}
	wantNothingLeft(t, admin, database)
	t.Logf("%d facts of %d cases in %s, %.0f a second, while %d commands were recorded and %d questions answered; the longest that one waited to see what was recorded was %s",
		done.GetFacts(), done.GetCases(), done.GetTook().AsDuration().Round(time.Millisecond), done.GetPerSecond(),
		b.commands.Load(), b.questions.Load(), time.Duration(b.longest.Load()).Round(time.Millisecond))

	if got := reconcile(t, follows.As(access.Administrator, "op.5", "UFFICIO-DI-PIANO")); got.GetPosition() != o.last(t) {
		t.Errorf("compared up to %d of %d", got.GetPosition(), o.last(t))
	}
	if diff := cmp.Diff(officeOn(leads).figures(t), officeOn(follows).figures(t)); diff != "" {
		t.Errorf("the figures of the two servers differ (-one +other):\n%s", diff)
	}
}

func factsAsked(t *testing.T) int {
	t.Helper()
	asked := os.Getenv(factsVariable)
	if asked == "" {
		return usualFacts
	}
	n, err := strconv.Atoi(asked)
	if err != nil {
		t.Fatalf("%s is no number: %v", factsVariable, err)
	}
	return n
}

// someCases gives cases that a planner sees.
func someCases(t *testing.T, o *office) (ids []string) {
	t.Helper()
	page, err := casefilev1.NewCaseFileServiceClient(o.planner).ListCases(t.Context(), &casefilev1.ListCasesRequest{PageSize: 500})
	if err != nil || len(page.GetCases()) == 0 {
		t.Fatalf("list cases: %v, %v", page, err)
	}
	for _, c := range page.GetCases() {
		ids = append(ids, c.GetCaseId())
	}
	return ids
}

// inStep tells whether a server has folded the whole log.
func inStep(t *testing.T, r *servertest.Running) bool {
	t.Helper()
	now, _, ok := readyz(t, r.HTTPAddr())
	return ok && now.Position == now.Last
}

// cancelHalfWay begins a rebuild and hangs up once half of the log is folded.
func cancelHalfWay(t *testing.T, admin projectionv1.ProjectionServiceClient) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	stream, err := admin.Rebuild(ctx, &projectionv1.RebuildRequest{})
	if err != nil {
		t.Fatal(err)
	}
	for {
		step, err := stream.Recv()
		if err != nil {
			t.Fatalf("rebuild: %v", err)
		}
		if step.GetRebuilt() != nil {
			t.Fatal("the rebuild was over before it was half-way")
		}
		if p := step.GetProgress(); p.GetPhase() == "fold the log" && 2*p.GetDone() >= p.GetTotal() {
			t.Logf("cancelled at %d of %d", p.GetDone(), p.GetTotal())
			cancel()
			break
		}
	}
	for {
		if _, err := stream.Recv(); err != nil {
			if status.Code(err) != codes.Canceled {
				t.Errorf("cancelled, the rebuild ends with %v", err)
			}
			return
		}
	}
}

// rebuild makes the read model anew and gives what came of it.
func rebuild(t *testing.T, admin projectionv1.ProjectionServiceClient) *projectionv1.Rebuilt {
	t.Helper()
	stream, err := admin.Rebuild(t.Context(), &projectionv1.RebuildRequest{})
	if err != nil {
		t.Fatal(err)
	}
	var done *projectionv1.Rebuilt
	told := 0
	for {
		step, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			if done == nil || told == 0 {
				t.Fatalf("the rebuild ended with %v, and told %d times how far it was", done, told)
			}
			return done
		}
		if err != nil {
			t.Fatalf("rebuild: %v", err)
		}
		if step.GetProgress() != nil {
			told++
		}
		done = step.GetRebuilt()
	}
}

// wantNothingLeft wants no schema of a rebuild and no lock of one, once the
// server has cleared away.
func wantNothingLeft(t *testing.T, admin projectionv1.ProjectionServiceClient, database *pgxpool.Pool) {
	t.Helper()
	poll(t, time.Minute, "the server has cleared away", func() bool {
		now, err := admin.GetStatus(t.Context(), &projectionv1.GetStatusRequest{})
		if err != nil {
			t.Fatal(err)
		}
		return now.GetRebuilding() == nil
	})
	for what, query := range map[string]string{
		"schemas": `select nspname from pg_namespace where nspname in ('percorsi_rebuild', 'percorsi_reconcile', 'percorsi_replaced')`,
		// The one lock that nobody else may have is that of who leads. Who writes
		// shares another one.
		"locks": `
select format('%s %s', classid, objid) from pg_locks
where locktype = 'advisory' and mode = 'ExclusiveLock' and database = (select oid from pg_database where datname = current_database())
and classid <> x'70726f6a'::int::oid`,
	} {
		rows, err := database.Query(t.Context(), query)
		if err != nil {
			t.Fatal(err)
		}
		left, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil || len(left) > 0 {
			t.Errorf("%s are left: %v, %v", what, left, err)
		}
	}
}

// busy is people who record and read until they are told to stop. Nothing that
// they ask may fail.
type busy struct {
	*office

	t     *testing.T
	cases []string // some that can be read

	stop                func()
	all                 sync.WaitGroup
	commands, questions atomic.Int64
	newest              atomic.Uint64 // position of an answer to a command, one of the newest
	longest             atomic.Int64  // nanoseconds that one waited to read what was recorded
}

func (b *busy) begin(servers ...*servertest.Running) {
	ctx, cancel := context.WithCancel(b.t.Context())
	b.stop = cancel
	person := servertest.Register(b.t, b.manager, "Bassi")
	for i := range recorders {
		conn := b.as(access.CaseManager, fmt.Sprintf("op.%d", 100+i), body)
		b.all.Go(func() { b.record(ctx, conn, person) })
	}
	for i := range readers {
		b.all.Go(func() { b.read(ctx, servers[i%len(servers)]) })
	}
}

// end lets everybody come to the end of what they do.
func (b *busy) end() {
	b.stop()
	b.all.Wait()
}

// failed tells whether a call failed. One that the end has cut off has not.
func (b *busy) failed(ctx context.Context, what string, err error) bool {
	if err != nil && ctx.Err() == nil {
		b.t.Errorf("%s: %v", what, err)
	}
	return err != nil
}

// record opens cases and works on them, one command after the other, and reads
// each case once it has changed often enough.
func (b *busy) record(ctx context.Context, conn grpc.ClientConnInterface, person string) {
	for ctx.Err() == nil {
		file, revision := "", uint64(0)
		for i := range 20 {
			command := &casefilev1.Command{CommandId: uuid.NewString(), CaseId: file, OccurredOn: "2025-02-03"}
			var content proto.Message = &eventv1.ContactAttempted{Channel: eventv1.Channel_CHANNEL_PHONE, Note: plain(wordsOfContact)}
			switch {
			case i == 0:
				content = toSELF(person)
			case i%2 == 1:
				command.Revision = revision
				content = &eventv1.NeedsRecorded{Needs: []eventv1.Need{eventv1.Need(1 + i%10)}}
			}
			answer, err := servertest.SendContext(ctx, b.t, conn, command, content)
			if b.failed(ctx, "record", err) {
				return
			}
			b.commands.Add(1)
			b.newest.Store(answer.GetPosition())
			if file = answer.GetCaseId(); i%2 == 1 {
				revision = answer.GetRevision()
			}
		}
		if !b.wantRead(ctx, conn, file, revision) {
			return
		}
	}
}

// wantRead wants a case to be read as it was recorded.
func (b *busy) wantRead(ctx context.Context, conn grpc.ClientConnInterface, file string, revision uint64) bool {
	began := time.Now()
	answer, err := casefilev1.NewCaseFileServiceClient(conn).GetCase(ctx, &casefilev1.GetCaseRequest{CaseId: file, MinPosition: revision})
	if b.failed(ctx, "read what was recorded", err) {
		return false
	}
	b.questions.Add(1)
	for took := time.Since(began).Nanoseconds(); ; {
		had := b.longest.Load()
		if took <= had || b.longest.CompareAndSwap(had, took) {
			break
		}
	}
	for _, p := range answer.GetCase().GetParts() {
		if p.GetPart() == "needs" && p.GetRevision() == revision {
			return true
		}
	}
	b.t.Errorf("the case %s does not show what was recorded at %d: %v", file, revision, answer.GetCase().GetParts())
	return false
}

// read asks everything that people look at. The positions of one server's
// answers never go back, and its lists lose nothing.
func (b *busy) read(ctx context.Context, r *servertest.Running) {
	files := casefilev1.NewCaseFileServiceClient(r.As(access.Planner, "op.4", "UFFICIO-DI-PIANO"))
	work := casefilev1.NewCaseFileServiceClient(r.As(access.Coordinator, "op.3", body))
	figures := indicatorv1.NewIndicatorServiceClient(r.As(access.Planner, "op.4", "UFFICIO-DI-PIANO"))
	var page, clock string
	var at, total uint64
	for ctx.Err() == nil {
		for what, ask := range map[string]func() (uint64, error){
			"a case page": func() (uint64, error) {
				r, err := files.GetCase(ctx, &casefilev1.GetCaseRequest{CaseId: b.cases[rand.IntN(len(b.cases))], MinPosition: b.newest.Load()})
				return r.GetPosition(), err
			},
			"a list": func() (uint64, error) {
				r, err := files.ListCases(ctx, &casefilev1.ListCasesRequest{PageToken: page, MinPosition: at})
				if now := uint64(r.GetTotal()); err == nil && now < total {
					b.t.Errorf("of %d cases that were listed %d are left", total, now)
				}
				page, total = r.GetNextPageToken(), max(total, uint64(r.GetTotal()))
				return r.GetPosition(), err
			},
			"a work list": func() (uint64, error) {
				r, err := work.ListClocks(ctx, &casefilev1.ListClocksRequest{PageToken: clock, MinPosition: at})
				clock = r.GetNextPageToken()
				return r.GetPosition(), err
			},
			"figures": func() (uint64, error) {
				r, err := figures.ListFigures(ctx, &indicatorv1.ListFiguresRequest{Period: "2025", MinPosition: at})
				return r.GetPosition(), err
			},
		} {
			now, err := ask()
			if b.failed(ctx, what, err) {
				return
			}
			b.questions.Add(1)
			if now < at {
				b.t.Errorf("%s is of position %d, and an answer before it of %d", what, now, at)
			}
			at = now
		}
	}
}
