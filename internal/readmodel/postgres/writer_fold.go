package postgres

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"

	"percorsi/internal/casework"
	"percorsi/internal/eventlog"
	"percorsi/internal/readmodel"
)

// folded is what comes of a part.
type folded struct {
	position casework.Position
	next     map[eventlog.Stream]*entry
	stopped  map[eventlog.Stream]readmodel.Quarantine
	changes  *changes
}

// fold gives what comes of records that follow those in the tables, or those of
// a part that is on its way there, and changes nothing.
func (w *writer) fold(ctx context.Context, part []readmodel.Delivery, before *folded) (*folded, error) {
	g, err := w.load(ctx, part, before)
	if err != nil {
		return nil, err
	}
	f := &folded{
		next:    make(map[eventlog.Stream]*entry, len(g.old)),
		stopped: g.found,
		changes: newChanges(),
	}
	states := make(map[eventlog.Stream]readmodel.State, len(g.old))
	for _, d := range part {
		if err := g.evolve(ctx, d, states, f.stopped); err != nil {
			return nil, err
		}
		f.position = casework.Position(d.Record.Position)
	}
	for s, state := range states {
		f.next[s] = entryOf(w.rules, state)
		f.changes.between(g.old[s], f.next[s])
	}
	for _, q := range f.stopped {
		f.changes.put(quarantineTable, quarantineRow(q))
	}
	return f, nil
}

// ground is what a part is folded on.
type ground struct {
	// old has the entries of the streams in the part, empty for those that have
	// no rows yet.
	old map[eventlog.Stream]*entry
	// stopped are the streams in the part that had stopped, found those that
	// stop at a commit which had been folded: by a program that could read it.
	stopped, found map[eventlog.Stream]readmodel.Quarantine
	past           readmodel.Past
}

// evolve takes one record more into states, or into what stopped. The error is
// that of a past that cannot be read now.
func (g *ground) evolve(ctx context.Context, d readmodel.Delivery, states map[eventlog.Stream]readmodel.State, stopped map[eventlog.Stream]readmodel.Quarantine) error {
	s := d.Record.Stream
	q, ok := stopped[s]
	if !ok {
		q, ok = g.stopped[s]
	}
	if ok {
		q.Waiting++
		stopped[s] = q
		return nil
	}
	state, ok := states[s]
	if !ok {
		state = g.old[s].state
	}
	switch next, err := state.Evolve(ctx, d, g.past); {
	case errors.Is(err, readmodel.ErrPast):
		return err
	case err != nil:
		stopped[s] = readmodel.Quarantine{
			Stream: s, At: casework.Position(d.Record.Position), Since: d.Record.StoredAt, Reason: err.Error(),
		}
	default:
		states[s] = next
	}
	return nil
}

// load gives what a part is folded on: what the part before came to, what is
// kept, and for the rest what comes of the commits.
func (w *writer) load(ctx context.Context, part []readmodel.Delivery, before *folded) (*ground, error) {
	g := &ground{
		old:     make(map[eventlog.Stream]*entry, len(part)),
		stopped: make(map[eventlog.Stream]readmodel.Quarantine),
		found:   make(map[eventlog.Stream]readmodel.Quarantine),
		past:    w.past,
	}
	var missing []eventlog.Stream
	for _, d := range part {
		s := d.Record.Stream
		if _, ok := g.old[s]; ok {
			continue
		}
		e, q, known := w.knows(s, before)
		if g.old[s] = e; q != nil {
			g.stopped[s] = *q
		}
		if !known {
			missing = append(missing, s)
		}
	}
	if len(missing) == 0 || w.position == 0 {
		return g, nil
	}
	tales, err := w.foldStreams(ctx, missing)
	for s, t := range tales {
		g.old[s] = entryOf(w.rules, t.state)
		if t.stopped != nil {
			g.found[s] = *t.stopped
		}
	}
	return g, err
}

// knows gives a stream as it will be in the tables after the part that is on
// its way there, if that is known without reading it.
func (w *writer) knows(s eventlog.Stream, before *folded) (e *entry, stopped *readmodel.Quarantine, known bool) {
	e = &entry{}
	if before != nil {
		if q, ok := before.stopped[s]; ok {
			return e, &q, true
		}
		if e, ok := before.next[s]; ok {
			return e, nil, true
		}
	}
	if q, ok := w.stopped[s]; ok {
		return e, &q, true
	}
	if e, ok := w.entries.Get(s); ok {
		return e, nil, true
	}
	return e, nil, false
}

const streamsQuery = `select stream, position, stored_ns, data from percorsi_log.commits
where stream = any($1) and position > $2 and position <= $3 order by stream, position`

// foldStreams folds streams up to the position of the rows. Where the figures
// of this process have the states of all streams it takes those; the rest comes
// out of the copy of the log.
func (w *writer) foldStreams(ctx context.Context, streams []eventlog.Stream) (map[eventlog.Stream]*tale, error) {
	tales, after := make(map[eventlog.Stream]*tale, len(streams)), casework.Position(0)
	if w.follower != nil {
		tales, after = w.follower.near(ctx, streams, w.position)
	}
	switch {
	case after == w.position:
		return tales, nil
	case after > w.position: // somebody else has moved the rows on: begin at the beginning
		tales, after = make(map[eventlog.Stream]*tale, len(streams)), 0
	}
	rows, err := w.pool.Query(ctx, streamsQuery, streams, int64(after), int64(w.position)) //nolint:rowserrcheck // ForEachRow gives it
	if err != nil {
		return nil, err
	}
	var (
		stream   eventlog.Stream
		at, when int64
		data     []byte
	)
	_, err = pgx.ForEachRow(rows, []any{&stream, &at, &when, &data}, func() error {
		t, ok := tales[stream]
		if !ok {
			t = &tale{stream: stream, past: w.past}
			tales[stream] = t
		}
		return t.take(ctx, at, when, data)
	})
	return tales, err
}
