package postgres

import (
	"time"

	"github.com/jackc/pgx/v5"

	"percorsi/internal/casework"
	"percorsi/internal/readmodel/figures"
)

// press is a publisher whose clock and day a test sets.
type press struct {
	*publisher
	s    *store
	conn *pgx.Conn
	time time.Time
	day  casework.Day
}

func newPress(s *store) *press {
	s.Helper()
	conn, err := pgx.ConnectConfig(s.Context(), s.pool.Config().ConnConfig.Copy())
	if err != nil {
		s.Fatal(err)
	}
	s.Cleanup(func() { _ = hangUp(s.Context(), conn) })
	p := &press{s: s, conn: conn, time: time.Unix(1_800_000_000, 0), day: today()}
	p.publisher = newPublisher(newFollower(s.pool, figures.Config{Today: func() casework.Day { return p.day }}, s.past, quiet()))
	p.now = func() time.Time { return p.time }
	return p
}

// print publishes as if the least time had passed.
func (p *press) print() {
	p.s.Helper()
	if err := p.tryPrint(); err != nil {
		p.s.Fatal(err)
	}
}

func (p *press) tryPrint() error {
	p.time = p.time.Add(publishEvery)
	return p.publish(p.s.Context(), p.conn)
}

// writes counts the rows of a table that were written since the last call.
func (p *press) writes(table string) func() int64 {
	p.s.Helper()
	newest := func() int64 {
		return ask[int64](p.s, "select coalesce(max(xmin::text::bigint), 0) from percorsi."+table)
	}
	had := newest()
	return func() int64 {
		n := ask[int64](p.s, "select count(*) from percorsi."+table+" where xmin::text::bigint > $1", had)
		had = newest()
		return n
	}
}
