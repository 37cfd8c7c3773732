package postgres

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"percorsi/internal/casework"
	"percorsi/internal/eventlog"
	"percorsi/internal/eventlog/pgcopy"
	"percorsi/internal/fault"
	"percorsi/internal/readmodel"
)

// The schemas beside the live one. Each is there only while somebody works on
// it, or until a work that was cut off is begun again.
const (
	rebuildSchema   = "percorsi_rebuild"
	reconcileSchema = "percorsi_reconcile"
	replacedSchema  = "percorsi_replaced"
)

// rebuilding is the lock of the database that whoever builds a schema holds.
const rebuilding = 0x72_65_62_75_69_6c_64 // "rebuild"

// dropWithin bounds how long it takes to leave nothing behind.
const dropWithin = time.Minute

// Rebuild folds the whole log into new tables beside the live ones, which go on
// meanwhile, compares the two, and puts the new ones in the place of the old
// ones in one transaction. Readers notice nothing. If ctx is cancelled nothing
// is left behind; after a crash the next Rebuild of the same program goes on
// where the last one stopped. report, which may be nil, is told how far it is.
//
// The error is of kind Clash where another rebuild, or a comparison, is under
// way.
func (m *Model) Rebuild(ctx context.Context, log eventlog.Reader, o readmodel.RebuildOptions, report func(readmodel.Progressing)) (readmodel.Rebuilt, error) {
	return m.build(ctx, log, work{schema: rebuildSchema, afresh: o.Afresh, swap: true}, newPace(report))
}

// Reconcile compares the rows with the log: it folds the log beside the live
// tables like Rebuild, and leaves nothing of that. Errors are those of Rebuild.
func (m *Model) Reconcile(ctx context.Context, log eventlog.Reader, report func(readmodel.Progressing)) (readmodel.Reconciled, error) {
	out, err := m.build(ctx, log, work{schema: reconcileSchema, afresh: true}, newPace(report))
	return readmodel.Reconciled{
		Position: out.Position, Cases: out.Cases, Facts: out.Facts, Differences: out.Differences, Total: out.Total,
	}, err
}

// work is what tables are built for.
type work struct {
	schema string
	// afresh begins at the beginning, whatever is there.
	afresh bool
	// swap puts the new tables in the place of the live ones.
	swap bool
}

func (m *Model) build(ctx context.Context, log eventlog.Reader, w work, p *pace) (out readmodel.Rebuilt, err error) {
	conn, err := m.holdBuilding(ctx)
	if err != nil {
		return out, err
	}
	defer func() { err = errors.Join(err, hangUp(ctx, conn)) }()
	began := time.Now()
	target, err := m.fill(ctx, log, p)
	if err != nil {
		return out, err
	}
	b := newBuilding(m, w.schema, target, p)
	if w.afresh {
		if err := b.drop(ctx); err != nil {
			return out, err
		}
	}
	out, err = m.buildBeside(ctx, conn, b, w.swap)
	if ctx.Err() != nil || !w.swap {
		err = errors.Join(err, m.clear(ctx, b))
	}
	out.Took = time.Since(began)
	out.PerSecond = float64(out.Facts) / out.Took.Seconds()
	return out, err
}

// clear leaves nothing behind, also where ctx has ended.
func (m *Model) clear(ctx context.Context, b *building) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), dropWithin)
	defer cancel()
	return errors.Join(b.drop(ctx), dropSchema(ctx, b.pool, replacedSchema))
}

// holdBuilding takes the lock under which schemas are built, on a connection of
// its own.
func (m *Model) holdBuilding(ctx context.Context) (*pgx.Conn, error) {
	conn, err := pgx.ConnectConfig(ctx, m.pool.Config().ConnConfig.Copy())
	if err != nil {
		return nil, unreachable(err)
	}
	var mine bool
	err = conn.QueryRow(ctx, "select pg_try_advisory_lock($1)", int64(rebuilding)).Scan(&mine)
	if err == nil && !mine {
		err = fault.New(fault.Clash, "the read model is being rebuilt or compared already: wait for that to end, or cancel it")
	}
	if err == nil {
		// What a swap may have left that was cut off right after it.
		_, err = conn.Exec(ctx, "drop schema if exists "+replacedSchema+" cascade")
	}
	if err != nil {
		return nil, errors.Join(err, hangUp(ctx, conn))
	}
	return conn, nil
}

func (m *Model) buildBeside(ctx context.Context, conn *pgx.Conn, b *building, swap bool) (out readmodel.Rebuilt, err error) {
	mark, err := programMark()
	if err != nil {
		return out, err
	}
	if out.Resumed, err = b.open(ctx, slices.Concat(mark, b.rules.digest())); err != nil {
		return out, err
	}
	if err := b.load(ctx); err != nil {
		return out, err
	}
	if err := b.finish(ctx); err != nil {
		return out, err
	}
	var found findings
	live, _, err := progressOf(ctx, conn, Schema)
	if err != nil {
		return out, err
	}
	b.pace.begin("compare with the rows there are", uint64(len(tables)))
	if live > 0 {
		if err := b.compare(ctx, conn, b.target, nil, &found); err != nil {
			return out, err
		}
	}
	out.Position, err = m.finishBeside(ctx, conn, b, &found, swap)
	if err != nil {
		return out, err
	}
	out.Swapped, out.Differences, out.Total = swap, found.list, len(found.streams)
	at := Schema
	if !swap {
		at = b.schema
	}
	out.Facts = uint64(out.Position)
	err = m.pool.QueryRow(ctx, "select count(*) from "+caseTable.in(at)).Scan(&out.Cases)
	return out, err
}

// finishBeside brings the new tables to where the live ones are, holds those
// for a moment, compares what had changed meanwhile, and swaps.
func (m *Model) finishBeside(ctx context.Context, conn *pgx.Conn, b *building, found *findings, swap bool) (casework.Position, error) {
	side, err := pgx.ConnectConfig(ctx, m.pool.Config().ConnConfig.Copy())
	if err != nil {
		return 0, unreachable(err)
	}
	defer func() { _ = hangUp(ctx, side) }() // it has nothing to lose
	w, err := newWriter(ctx, side, m.pool, b.schema, b.rules, m.past, m.keep)
	if err != nil {
		return 0, err
	}
	for {
		live, _, err := progressOf(ctx, conn, Schema)
		if err != nil {
			return 0, err
		}
		if w.position+nearEnough >= live {
			break
		}
		if err := w.catchUp(ctx, side, live, b.pace); err != nil {
			return 0, err
		}
	}
	if swap {
		if err := carryFigures(ctx, side, Schema, b.schema); err != nil {
			return 0, err
		}
	}
	err = pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "select pg_advisory_xact_lock($1)", int64(swapping)); err != nil {
			return err
		}
		live, generation, err := progressOf(ctx, tx, Schema)
		if err != nil {
			return err
		}
		if err := w.catchUp(ctx, side, live, b.pace); err != nil {
			return err
		}
		moved, err := movedBetween(ctx, tx, b.target, live)
		if err != nil {
			return err
		}
		if len(moved) > 0 {
			if err := b.compare(ctx, tx, w.position, moved, found); err != nil {
				return err
			}
		}
		if !swap {
			return nil
		}
		return b.swap(ctx, tx, w.position, generation+1)
	})
	if err != nil || !swap {
		return w.position, err
	}
	m.advance(w.position)
	return w.position, dropSchema(ctx, m.pool, replacedSchema)
}

// nearEnough is how many commits may be left when the live tables are held.
const nearEnough = 500

// catchUp folds the copy up to a position.
func (w *writer) catchUp(ctx context.Context, c *pgx.Conn, upTo casework.Position, p *pace) error {
	if w.position >= upTo {
		return nil
	}
	const batch = 2000
	p.begin("catch up with what was recorded meanwhile", uint64(upTo-w.position))
	for w.position < upTo {
		var list []readmodel.Delivery
		records := pgcopy.New(c)
		for r, err := range records.Read(ctx, eventlog.Position(w.position), eventlog.Position(min(upTo, w.position+batch))) {
			if err != nil {
				return err
			}
			list = append(list, readmodel.Decode(r))
		}
		if err := w.apply(ctx, c, list); err != nil {
			return err
		}
		p.add(uint64(len(list)))
	}
	return nil
}

// swap puts the new schema in the place of the live one.
func (b *building) swap(ctx context.Context, tx pgx.Tx, at casework.Position, generation int64) error {
	if at == 0 && b.target > 0 {
		return fmt.Errorf("the new tables are empty: they do not take the place of the others")
	}
	b.pace.begin("swap", 1)
	for _, statement := range []string{
		"drop table " + b.in("building") + ", " + b.in("building_ranges") + ", " + b.in("building_indexes"),
		fmt.Sprintf("update %s set generation = %d", progressIn(b.schema), generation),
		"alter schema " + Schema + " rename to " + replacedSchema,
		"alter schema " + b.schema + " rename to " + Schema,
	} {
		if _, err := tx.Exec(ctx, statement); err != nil {
			return err
		}
	}
	_, err := tx.Exec(ctx, "select pg_notify($1, $2)", channel, position(at))
	b.pace.add(1)
	return err
}
