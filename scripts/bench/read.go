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
	fewCases  = 1_000   // some 20,000 facts
	manyCases = 100_000 // some 2 million facts
	loads     = 2_000
	queries   = 300
)

// reading is a program that serves a district.
type reading struct {
	*district
	conn *grpc.ClientConn
	stop func() error
}

func newReading(ctx context.Context, data string, cases int, progress io.Writer) (*reading, error) {
	d, err := fill(ctx, data, cases, progress)
	if err != nil {
		return nil, err
	}
	begin := time.Now()
	s, stop, err := startServer(ctx, data)
	if err != nil {
		return nil, err
	}
	tell(progress, "  %d facts folded and served after %v", d.facts, time.Since(begin).Round(time.Millisecond))
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

// lab is what benchmarks share: the long log takes minutes to write.
type lab struct {
	progress io.Writer
	long     *reading
	remove   func()
}

// longLog gives a program that serves the long log.
func (l *lab) longLog(ctx context.Context) (*reading, error) {
	if l.long != nil {
		return l.long, nil
	}
	dir, remove, err := scratch("long")
	if err != nil {
		return nil, err
	}
	l.remove = remove
	l.long, err = newReading(ctx, dir, manyCases, l.progress)
	return l.long, err
}

func (l *lab) close() error {
	if l.remove != nil {
		defer l.remove()
	}
	if l.long == nil {
		return nil
	}
	return l.long.close()
}

// caseLoad measures the time to read a case in a long log against a short one.
func caseLoad(ctx context.Context, l *lab) (result, error) {
	long, err := l.longLog(ctx)
	if err != nil {
		return result{}, err
	}
	dir, remove, err := scratch("short")
	if err != nil {
		return result{}, err
	}
	defer remove()
	short, err := newReading(ctx, dir, fewCases, l.progress)
	if err != nil {
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
		LimitIs: fmt.Sprintf("the same in a log of %d facts; this one has %d", short.facts, long.facts),
		Goal:    "ratio <= 1.5", Met: value/least <= 1.5,
		Note: "a case by chance and its whole history, over gRPC",
	}, short.close()
}

// indicatorsQuery measures the whole table of figures.
func indicatorsQuery(ctx context.Context, l *lab) (result, error) {
	r, err := l.longLog(ctx)
	if err != nil {
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
	value := milliseconds(percentile(took, 99))
	return result{
		Value: value, Unit: "ms (p99)", Limit: 100, LimitIs: "the goal itself", Ratio: value / 100,
		Goal: "<= 100 ms", Met: value <= 100,
		Note: fmt.Sprintf("296 figures over %d cases and %d facts, in memory, over gRPC", manyCases, r.facts),
	}, nil
}
