package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"

	"github.com/nats-io/nats.go"

	"percorsi/internal/eventlog/jetstream"
	"percorsi/internal/platform/embednats"
	"percorsi/internal/privacy"
	"percorsi/services/percorsi/server"
)

const (
	fewCases  = 1_000   // some 20,000 facts
	manyCases = 100_000 // some 2 million facts
	// leastCases have enough to tell for every benchmark.
	leastCases = 20_000
)

// lab is what benchmarks share: the long log and the tables of it take minutes
// to make. The log is open in one place at a time: in a program that serves it,
// or by itself.
type lab struct {
	progress io.Writer
	cases    int
	profile  profile

	dir      string
	remove   func()
	district *district
	program  *reading
	store    *store
	tables   *tables
}

// newLab makes a lab. BENCH_CASES is for a small one, to try it out.
func newLab(progress io.Writer) (*lab, error) {
	l := &lab{progress: progress, cases: manyCases}
	asked := os.Getenv("BENCH_CASES")
	if asked == "" {
		return l, nil
	}
	var err error
	if l.cases, err = strconv.Atoi(asked); err != nil || l.cases < leastCases {
		return nil, fmt.Errorf("BENCH_CASES is %q: give a number from %d on, or nothing for %d", asked, leastCases, manyCases)
	}
	return l, nil
}

// long gives the long log's folder and what is in it. The log is not open.
func (l *lab) long(ctx context.Context) (string, *district, error) {
	if l.district != nil {
		return l.dir, l.district, nil
	}
	dir, remove, err := scratch("long")
	if err != nil {
		return "", nil, err
	}
	l.dir, l.remove = dir, remove
	l.district, err = fill(ctx, dir, l.cases, l.cases/9, l.progress)
	return dir, l.district, err
}

// served gives a program that serves the long log, with its tables in memory.
func (l *lab) served(ctx context.Context) (*reading, error) {
	if l.program != nil {
		return l.program, nil
	}
	dir, d, err := l.long(ctx)
	if err != nil {
		return nil, err
	}
	if err := l.shut(ctx); err != nil {
		return nil, err
	}
	l.program, err = newReading(ctx, dir, d, l.progress)
	return l.program, err
}

// log opens the long log by itself: synced, like that of the program, or not,
// where much is to be written and only reading it is measured.
func (l *lab) log(ctx context.Context, synced bool) (*jetstream.Log, error) {
	if l.store != nil && l.store.synced == synced {
		return l.store.log, nil
	}
	dir, _, err := l.long(ctx)
	if err != nil {
		return nil, err
	}
	if err := l.shut(ctx); err != nil {
		return nil, err
	}
	l.store, err = openStore(ctx, dir, synced)
	if err != nil {
		return nil, err
	}
	return l.store.log, nil
}

// shut closes the long log, wherever it is open.
func (l *lab) shut(ctx context.Context) (err error) {
	if l.program != nil {
		err = l.program.close()
		l.program = nil
	}
	if l.store != nil {
		err = errors.Join(err, l.store.close(ctx))
		l.store = nil
	}
	return err
}

// close gives back everything, also after ctx has ended.
func (l *lab) close(ctx context.Context) error {
	ctx = context.WithoutCancel(ctx)
	err := l.profile.end()
	if l.tables != nil {
		err = errors.Join(err, l.tables.close(ctx))
	}
	err = errors.Join(err, l.shut(ctx))
	if l.remove != nil {
		l.remove()
	}
	return err
}

// fill makes the folder of a program that does not run, with a district in its
// log.
func fill(ctx context.Context, dir string, cases, arriving int, progress io.Writer) (*district, error) {
	vault, err := privacy.OpenVault(filepath.Join(dir, server.KeysFolder)) // the log must not be older than its keys
	if err != nil {
		return nil, err
	}
	if err := vault.Close(); err != nil {
		return nil, err
	}
	d, err := newDistrict(cases, arriving)
	if err != nil {
		return nil, err
	}
	s, err := openStore(ctx, dir, false)
	if err != nil {
		return nil, err
	}
	return d, errors.Join(d.fill(ctx, s.log, progress), s.close(ctx))
}

// store is a log that is open, as the program opens it.
type store struct {
	embedded *embednats.Server
	log      *jetstream.Log
	synced   bool
}

func openStore(ctx context.Context, dir string, synced bool) (*store, error) {
	embedded, err := embednats.Start(embednats.Config{Dir: filepath.Join(dir, server.LogFolder), Unsynced: !synced})
	if err != nil {
		return nil, err
	}
	s := &store{embedded: embedded, synced: synced}
	if err := s.open(ctx); err != nil {
		return nil, errors.Join(err, s.close(ctx))
	}
	return s, nil
}

func (s *store) open(ctx context.Context) error {
	var conns [2]*nats.Conn // to append and to read, as in the program
	for i := range conns {
		var err error
		if conns[i], err = s.embedded.Conn(); err != nil {
			return err
		}
	}
	var err error
	s.log, err = jetstream.Open(ctx, jetstream.Config{Conn: conns[0], ReadConn: conns[1], Name: "PZ-LODI", Prefix: "pz.lodi"})
	return err
}

func (s *store) close(ctx context.Context) error {
	if s.log != nil {
		s.log.Close()
	}
	return s.embedded.Shutdown(context.WithoutCancel(ctx))
}
