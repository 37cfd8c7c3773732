package main

import (
	"context"
	"io"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"percorsi/internal/casework/casetest"
	"percorsi/internal/eventlog"
	"percorsi/internal/eventlog/jetstream"
	"percorsi/internal/fact"
	"percorsi/internal/platform/embednats"
	"percorsi/services/percorsi/server"
)

const (
	// longest is the most commits of one case of the district: with it, a case
	// has twenty in the mean.
	longest = 24
	// fillers is how many cases are written at a time.
	fillers = 256
)

// district is a log full of random, valid cases, written without syncing since
// only reading it is measured.
type district struct {
	cases []uuid.UUID
	facts int
}

// fill writes the log of a server that is not running.
func fill(ctx context.Context, data string, cases int, progress io.Writer) (*district, error) {
	embedded, err := embednats.Start(embednats.Config{Dir: data + "/" + server.LogFolder, Unsynced: true})
	if err != nil {
		return nil, err
	}
	conn, err := embedded.Conn()
	if err != nil {
		return nil, err
	}
	log, err := jetstream.Open(ctx, jetstream.Config{Conn: conn, Name: "PZ-LODI", Prefix: "pz.lodi"})
	if err != nil {
		return nil, err
	}
	d := &district{cases: make([]uuid.UUID, cases)}
	var next, facts atomic.Int64
	begin := time.Now()
	err = inParallel(fillers, func(int) error {
		for {
			i := int(next.Add(1)) - 1
			if i >= cases {
				return nil
			}
			n, err := d.write(ctx, log, i)
			if err != nil {
				return err
			}
			if total := facts.Add(int64(n)); i%10_000 == 9_999 {
				tell(progress, "  filled %d cases, %d facts, %v", i+1, total, time.Since(begin).Round(time.Second))
			}
		}
	})
	d.facts = int(facts.Load())
	log.Close()
	return d, firstOf(err, embedded.Shutdown(context.WithoutCancel(ctx)))
}

// write writes the i-th case and gives its number of commits.
func (d *district) write(ctx context.Context, log *jetstream.Log, i int) (int, error) {
	pathways := casetest.Pathways()
	story := casetest.Story(uint64(i), pathways[i%len(pathways)])
	story = story[:min(len(story), longest)]
	id, err := uuid.Parse(story[0].GetCommandId())
	if err != nil {
		return 0, err
	}
	d.cases[i] = id
	stream, last := eventlog.Stream("case."+id.String()), eventlog.Position(0)
	for _, c := range story {
		c.Stream = string(stream)
		data, err := fact.Encode(c)
		if err != nil {
			return 0, err
		}
		if last, err = log.Append(ctx, eventlog.Entry{Stream: stream, Expect: eventlog.ExpectLast(last), Header: fact.Headers(c), Data: data}); err != nil {
			return 0, err
		}
	}
	return len(story), nil
}

// any gives a case by chance.
func (d *district) any(rng *rand.Rand) string { return d.cases[rng.IntN(len(d.cases))].String() }
