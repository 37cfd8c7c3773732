package main

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"percorsi/internal/access"
	casefilev1 "percorsi/internal/gen/percorsi/casefile/v1"
	indicatorv1 "percorsi/internal/gen/percorsi/indicator/v1"
)

const (
	loads   = 2_000
	queries = 300
)

// reading is a program that serves a district, with its tables in memory.
type reading struct {
	*district
	conn *grpc.ClientConn
	stop func() error
}

func newReading(ctx context.Context, data string, d *district, progress io.Writer) (*reading, error) {
	begin := time.Now()
	s, stop, err := startServer(ctx, data)
	if err != nil {
		return nil, err
	}
	tell(progress, "  %d facts folded and served after %v", d.facts.Load(), time.Since(begin).Round(time.Millisecond))
	conn, err := dial(s, access.Planner)
	return &reading{district: d, conn: conn, stop: stop}, err
}

func (r *reading) close() error {
	_ = r.conn.Close()
	return r.stop()
}

// load reads one case and its history, as somebody does who opens its page.
func (r *reading) load(ctx context.Context, rng *rand.Rand) (time.Duration, error) {
	client, id, begin := casefilev1.NewCaseFileServiceClient(r.conn), r.any(rng), time.Now()
	for {
		_, err := client.GetCase(ctx, &casefilev1.GetCaseRequest{CaseId: id})
		if err == nil {
			_, err = client.GetHistory(ctx, &casefilev1.GetHistoryRequest{CaseId: id, PageSize: 500})
			return time.Since(begin), err
		}
		if ctx.Err() != nil || !hidden(err) {
			return 0, err
		}
		id, begin = r.any(rng), time.Now() // a sealed case: take another one
	}
}

// hidden tells the answer about a case that a planner does not see.
func hidden(err error) bool { return status.Code(err) == codes.NotFound }

// caseLoad measures the time to read a case in a long log against a short one.
func caseLoad(ctx context.Context, l *lab) (result, error) {
	long, err := l.served(ctx)
	if err != nil {
		return result{}, err
	}
	dir, remove, err := scratch("short")
	if err != nil {
		return result{}, err
	}
	defer remove()
	few, err := fill(ctx, dir, fewCases, 0, l.progress)
	if err != nil {
		return result{}, err
	}
	short, err := newReading(ctx, dir, few, l.progress)
	if err != nil {
		return result{}, err
	}
	r, err := l.compareLoads(ctx, long, short)
	return r, firstOf(err, short.close())
}

func (l *lab) compareLoads(ctx context.Context, long, short *reading) (result, error) {
	if err := l.profile.begin(); err != nil {
		return result{}, err
	}
	rng := rand.New(rand.NewPCG(1, 1))
	var values, limits []time.Duration
	for range loads {
		value, err := long.load(ctx, rng)
		if err != nil {
			return result{}, err
		}
		least, err := short.load(ctx, rng)
		if err != nil {
			return result{}, err
		}
		values, limits = append(values, value), append(limits, least)
	}
	value, least := milliseconds(percentile(values, 50)), milliseconds(percentile(limits, 50))
	return result{
		Value: value, Unit: "ms (median)", Limit: least, Ratio: value / least,
		LimitIs: fmt.Sprintf("the same in a log of %d facts; this one has %d", short.facts.Load(), long.facts.Load()),
		Goal:    "ratio <= 1.5", Met: value/least <= 1.5,
		Note: "a case by chance and its whole history, over gRPC",
	}, nil
}

// indicatorsQueryMemory measures the whole table of figures of a program that
// has its tables in memory.
func indicatorsQueryMemory(ctx context.Context, l *lab) (result, error) {
	r, err := l.served(ctx)
	if err != nil {
		return result{}, err
	}
	if err := l.profile.begin(); err != nil {
		return result{}, err
	}
	client := indicatorv1.NewIndicatorServiceClient(r.conn)
	took := make([]time.Duration, queries)
	for i := range took {
		begin := time.Now()
		if _, err := client.ListFigures(ctx, &indicatorv1.ListFiguresRequest{}); err != nil {
			return result{}, err
		}
		took[i] = time.Since(begin)
	}
	out := figuresResult(took, uint64(l.cases))
	out.Position = uint64(r.facts.Load())
	out.Note = "the whole table over gRPC, tables in memory, nothing is recorded meanwhile"
	return out, nil
}

// figuresGoal is how long the whole table may take, in milliseconds.
const figuresGoal = 100

func figuresResult(took []time.Duration, cases uint64) result {
	value := milliseconds(percentile(took, 99))
	return result{
		Value: value, Unit: "ms (p99)", Limit: figuresGoal, LimitIs: "the goal itself", Ratio: value / figuresGoal,
		Goal: fmt.Sprintf("<= %d ms", figuresGoal), Met: value <= figuresGoal, Cases: cases,
		Parts: map[string]float64{"p50_ms": milliseconds(percentile(took, 50))},
	}
}
