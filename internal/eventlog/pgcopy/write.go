package pgcopy

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strconv"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"percorsi/internal/eventlog"
)

// otherRecord is the SQLSTATE of the function refuse_other.
const otherRecord = "PZ001"

// insert puts rows in; equal ones that are there stay, others end it. Looking
// first takes a third of the time of "on conflict", which notes each row before
// it is put in. Nobody else adds to the copy meanwhile: who does has the lead.
const insert = `
insert into percorsi_log.commits (position, stored_ns, stream, header, data)
select * from unnest($1::bigint[], $2::bigint[], $3::text[], $4::jsonb[], $5::bytea[]) as new (position, stored_ns, stream, header, data)
where not exists (
	select from percorsi_log.commits as had
	where had.position = new.position and case
		when (had.stored_ns, had.stream, had.header, had.data) is distinct from (new.stored_ns, new.stream, new.header, new.data)
		then percorsi_log.refuse_other(had.position) = had.position
		else true
	end)`

// Queue puts the insert of records into a batch that somebody else sends, so
// that the copy and what was made of the records are one transaction. Records
// that are there already, byte by byte, are left as they are; if a position
// holds another record the batch fails with an error for which Differs tells
// it. The error of Queue is about a record that cannot be kept or does not
// follow the one before; nothing is queued then.
//
// The parameters of one batch together must stay well under 1 GiB.
func Queue(b *pgx.Batch, records []eventlog.Record) error {
	if len(records) == 0 {
		return nil
	}
	var (
		positions = make([]int64, len(records))
		storedNS  = make([]int64, len(records))
		streams   = make([]string, len(records))
		headers   = make([]string, len(records))
		data      = make([][]byte, len(records))
	)
	for i, r := range records {
		if want := records[0].Position + eventlog.Position(i); r.Position != want {
			return &eventlog.Gap{Position: want}
		}
		row, err := keep(r)
		if err != nil {
			return err
		}
		positions[i], storedNS[i], streams[i], headers[i], data[i] = row.position, row.storedNS, row.stream, row.header, row.data
	}
	b.Queue(insert, positions, storedNS, streams, headers, data)
	return nil
}

// Differs tells whether err says that the copy holds another record at a
// position than the one that was to be put there, and at which. It is an alarm
// for the operator: the log and its copy are no longer the same.
func Differs(err error) (eventlog.Position, bool) {
	pg, ok := errors.AsType[*pgconn.PgError](err)
	if !ok || pg.Code != otherRecord {
		return 0, false
	}
	p, err := strconv.ParseUint(pg.Detail, 10, 64)
	return eventlog.Position(p), err == nil
}

// Copier is what can COPY: a connection, a pool or a transaction.
type Copier interface {
	CopyFrom(ctx context.Context, table pgx.Identifier, columns []string, rows pgx.CopyFromSource) (int64, error)
}

// Load puts many records in with COPY, all or none of them, and gives their
// number. None of their positions may be there yet. It refuses a sequence with
// a hole with a *eventlog.Gap, and gives the error in which the sequence ends.
func Load(ctx context.Context, to Copier, records iter.Seq2[eventlog.Record, error]) (int64, error) {
	next, stop := iter.Pull2(records)
	defer stop()
	source := &rows{next: next}
	n, err := to.CopyFrom(ctx, pgx.Identifier{Schema, "commits"},
		[]string{"position", "stored_ns", "stream", "header", "data"}, source)
	if source.err != nil {
		err = source.err // the server says less about it
	}
	if err != nil {
		return 0, fmt.Errorf("copy the log after position %d: %w", source.last, err)
	}
	return n, nil
}

// rows feeds records to COPY.
type rows struct {
	next func() (eventlog.Record, error, bool)
	row  row
	last eventlog.Position
	err  error
}

// Next takes the next record.
func (s *rows) Next() bool {
	r, err, more := s.next()
	switch {
	case !more:
		return false
	case err != nil:
		s.err = err
	case s.last > 0 && r.Position != s.last+1:
		s.err = &eventlog.Gap{Position: s.last + 1}
	default:
		s.row, s.err = keep(r)
	}
	if s.err != nil {
		return false
	}
	s.last = r.Position
	return true
}

// Values gives the columns of the record.
func (s *rows) Values() ([]any, error) {
	return []any{s.row.position, s.row.storedNS, s.row.stream, s.row.header, s.row.data}, nil
}

// Err tells why there are no more records; nil if they are over.
func (s *rows) Err() error { return s.err }
