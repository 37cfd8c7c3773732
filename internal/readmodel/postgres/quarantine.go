package postgres

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"percorsi/internal/casework"
	"percorsi/internal/eventlog"
	"percorsi/internal/readmodel"
)

func scanQuarantine(r pgx.CollectableRow) (readmodel.Quarantine, error) {
	var (
		stream, reason string
		at, waiting    int64
		since          time.Time
	)
	err := r.Scan(&stream, &at, &since, &reason, &waiting)
	return readmodel.Quarantine{
		Stream: eventlog.Stream(stream), At: casework.Position(at), Since: since.UTC(), Reason: reason, Waiting: int(waiting),
	}, err
}

const quarantinedQuery = `
select p.position, (select count(*) from percorsi.quarantine), q.stream, q.at, q.since, q.reason, q.waiting
from percorsi.progress p
left join lateral (select * from percorsi.quarantine where at > $1 order by at limit $2) q on true
order by q.at`

// Quarantined gives the streams that stopped, in the order they did.
func (m *Model) Quarantined(ctx context.Context, p readmodel.Page) (readmodel.QuarantinePage, error) {
	after, err := readmodel.ParsePlace(p.Token)
	if err != nil {
		return readmodel.QuarantinePage{}, err
	}
	rows, err := m.pool.Query(ctx, quarantinedQuery, int64(after), p.Limit()+1)
	if err != nil {
		return readmodel.QuarantinePage{}, unreachable(err)
	}
	defer rows.Close()
	out := readmodel.QuarantinePage{}
	for rows.Next() {
		var (
			position      int64
			stream, cause *string
			at, waiting   *int64
			since         *time.Time
		)
		if err := rows.Scan(&position, &out.Total, &stream, &at, &since, &cause, &waiting); err != nil {
			return readmodel.QuarantinePage{}, err
		}
		out.Position = casework.Position(position)
		switch {
		case stream == nil: // none: the row is for the position
		case len(out.Rows) == p.Limit():
			out.Next = readmodel.Place(out.Rows[len(out.Rows)-1].At)
		default:
			out.Rows = append(out.Rows, readmodel.Quarantine{
				Stream: eventlog.Stream(*stream), At: casework.Position(*at), Since: since.UTC(), Reason: *cause, Waiting: int(*waiting),
			})
		}
	}
	m.advance(out.Position)
	return out, unreachable(rows.Err())
}

// QuarantineOf tells whether a stream stopped, and why.
func (m *Model) QuarantineOf(ctx context.Context, s eventlog.Stream) (readmodel.Quarantine, bool, error) {
	rows, err := m.pool.Query(ctx, "select stream, at, since, reason, waiting from percorsi.quarantine where stream = $1", string(s))
	if err != nil {
		return readmodel.Quarantine{}, false, unreachable(err)
	}
	q, err := pgx.CollectExactlyOneRow(rows, scanQuarantine)
	if errors.Is(err, pgx.ErrNoRows) {
		return readmodel.Quarantine{}, false, nil
	}
	return q, err == nil, unreachable(err)
}
