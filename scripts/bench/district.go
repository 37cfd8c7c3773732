package main

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"percorsi/internal/casework/casetest"
	"percorsi/internal/eventlog"
	"percorsi/internal/eventlog/jetstream"
	"percorsi/internal/fact"
	"percorsi/internal/platform/embednats"
	"percorsi/internal/privacy"
	"percorsi/services/percorsi/server"
)

const (
	// longest is the most commits of one case of the district: with it, a case
	// has twenty in the mean.
	longest = 24
	// fillers is how many cases are written at a time.
	fillers = 256
)

// stories is how many different cases the district has; the others are copies
// of them under ids of their own.
const stories = 2_000

// district is a log full of random, valid cases, written without syncing since
// only reading it is measured.
type district struct {
	cases []uuid.UUID
	facts int
}

// fill writes the log of a server that is not running.
func fill(ctx context.Context, data string, cases int, progress io.Writer) (*district, error) {
	vault, err := privacy.OpenVault(filepath.Join(data, server.KeysFolder)) // the log must not be older than its keys
	if err != nil {
		return nil, err
	}
	if err := vault.Close(); err != nil {
		return nil, err
	}
	embedded, err := embednats.Start(embednats.Config{Dir: filepath.Join(data, server.LogFolder), Unsynced: true})
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
	told, err := tellStories(min(cases, stories))
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
			n, err := d.write(ctx, log, i, told[i%len(told)])
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

// tellStories makes up cases and encodes their commits.
func tellStories(n int) ([][]eventlog.Entry, error) {
	out := make([][]eventlog.Entry, n)
	pathways := casetest.Pathways()
	return out, inParallel(n, func(i int) error {
		story := casetest.Story(uint64(i), pathways[i%len(pathways)])
		for _, c := range story[:min(len(story), longest)] {
			c.Stream = "case." + story[0].GetCommandId()
			data, err := fact.Encode(c)
			if err != nil {
				return err
			}
			out[i] = append(out[i], eventlog.Entry{Stream: eventlog.Stream(c.GetStream()), Header: fact.Headers(c), Data: data})
		}
		return nil
	})
}

// ids finds every id in a commit: ids are texts of one length.
var ids = regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})`)

// write writes a story as the i-th case, under ids that begin with i, and gives
// its number of commits.
func (d *district) write(ctx context.Context, log *jetstream.Log, i int, story []eventlog.Entry) (int, error) {
	with := fmt.Appendf(nil, "%08x$1", i)
	rename := func(text []byte) []byte { return ids.ReplaceAll(text, with) }
	stream := eventlog.Stream(rename([]byte(story[0].Stream)))
	id, err := uuid.Parse(strings.TrimPrefix(string(stream), "case."))
	if err != nil {
		return 0, err
	}
	d.cases[i] = id
	last := eventlog.Position(0)
	for _, e := range story {
		e.Stream, e.Data, e.Expect = stream, rename(e.Data), eventlog.ExpectLast(last)
		if last, err = log.Append(ctx, e); err != nil {
			return 0, err
		}
	}
	return len(story), nil
}

// any gives a case by chance.
func (d *district) any(rng *rand.Rand) string { return d.cases[rng.IntN(len(d.cases))].String() }
