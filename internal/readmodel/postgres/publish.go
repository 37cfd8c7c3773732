package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"percorsi/internal/casework"
)

// publishEvery is the least time between two publications.
const publishEvery = 30 * time.Second

// publisher writes figures and the units behind them into tables, for who reads
// them with SQL. The process that leads has one. It is used by one goroutine at
// a time.
//
// # Decision: evidence is compared by digests
//
// Context. There are a dozen rows for each case. Few cases change between two
// publications, but a new day, a new version of the plan or of the program, or
// another process that takes over make every row doubtful.
//
// Decision. What a case contributes is hashed, and the hash is kept beside the
// rows. All doubtful cases are counted, only those whose hash differs are
// written.
//
// Cost. A small table more, and the time to count: some 50 microseconds a case.
type publisher struct {
	f   *follower
	now func() time.Time

	last  time.Time
	known known
}

// known is what this process knows to be in the tables, because it wrote it or
// read it. The zero known knows nothing.
type known struct {
	token    uuid.UUID
	position casework.Position
	day      casework.Day
	// revised is that of the follower, see there.
	revised int
	plans   map[string]*knownPlan
}

// knownPlan is the evidence of one plan in the tables.
type knownPlan struct {
	// published is the publication of the plan that was counted by; 0 if that
	// is not known.
	published uint64
	digests   map[casework.CaseID]int64
}

func newPublisher(f *follower) *publisher { return &publisher{f: f, now: time.Now} }

// errPublishedMeanwhile says that the tables are not what they were when the
// publication began.
var errPublishedMeanwhile = errors.New("another process has published, or the tables were replaced: the next publication begins again")

// publish brings the tables up to date with the rows, at most every 30 seconds:
// otherwise it does nothing. It is one transaction on the connection, which
// must not be in one; the first in the life of a process may take seconds. An
// error leaves the tables as they were, and the next call tries again.
func (p *publisher) publish(ctx context.Context, c *pgx.Conn) error {
	now := p.now()
	if now.Sub(p.last) < publishEvery {
		return nil
	}
	p.last = now
	if err := p.publishNow(ctx, c); err != nil {
		p.known = known{}
		return fmt.Errorf("publish the figures: %w", err)
	}
	return nil
}

func (p *publisher) publishNow(ctx context.Context, c *pgx.Conn) error {
	if err := p.learn(ctx, c); err != nil {
		return err
	}
	last, _, err := rowsStand(ctx, c)
	if err != nil {
		return err
	}
	if day := p.f.today(); last == p.known.position && day == p.known.day {
		return nil
	}
	e, err := p.f.edition(ctx, last, p.known)
	if err != nil {
		return err
	}
	next := p.known.next(e)
	if err := pgx.BeginFunc(ctx, c, func(tx pgx.Tx) error { return p.write(ctx, tx, e, &next) }); err != nil {
		return err
	}
	p.known = next
	return nil
}

// write puts an edition into the tables. next is what is known once it is there.
func (p *publisher) write(ctx context.Context, tx pgx.Tx, e *edition, next *known) error {
	table, err := p.lock(ctx, tx)
	if err != nil {
		return err
	}
	return fill(ctx, tx, e, next, table)
}

// fill writes what differs, if the table that was locked is still the one of
// that name at the end.
func fill(ctx context.Context, tx pgx.Tx, e *edition, next *known, table uint32) error {
	for _, of := range e.plans {
		if err := writeValues(ctx, tx, of); err != nil {
			return fmt.Errorf("figures of plan %s: %w", of.id, err)
		}
		if err := writeEvidence(ctx, tx, of, e.day, next.plans[of.id]); err != nil {
			return fmt.Errorf("evidence of plan %s: %w", of.id, err)
		}
	}
	// A rebuild may put other tables in the place of those that were locked:
	// then nothing of this is kept.
	tag, err := tx.Exec(ctx, `
update percorsi.publication set token = $1, position = $2, as_of = $3, published_at = now()
where tableoid = $4`, id16(next.token), int64(e.position), date(e.day), table)
	if err == nil && tag.RowsAffected() != 1 {
		err = errPublishedMeanwhile
	}
	return err
}

// lock lets nobody else publish until the end of the transaction, and gives the
// table that is locked.
func (p *publisher) lock(ctx context.Context, tx pgx.Tx) (table uint32, err error) {
	var token uuid.NullUUID
	err = tx.QueryRow(ctx, "select tableoid, token from percorsi.publication for update").Scan(&table, &token)
	if err == nil && token.UUID != p.known.token {
		err = errPublishedMeanwhile
	}
	return table, err
}

// learn reads what is in the tables, unless this process wrote it.
func (p *publisher) learn(ctx context.Context, c *pgx.Conn) error {
	var token uuid.NullUUID
	if err := c.QueryRow(ctx, "select token from percorsi.publication").Scan(&token); err != nil {
		return err
	}
	if token.Valid && token.UUID == p.known.token {
		return nil
	}
	// The token and the digests are read one after the other. If somebody
	// publishes in between, lock finds another token.
	rows, err := c.Query(ctx, "select plan_id, case_id, digest from percorsi.evidence_digests")
	if err != nil {
		return err
	}
	defer rows.Close()
	k := known{token: token.UUID, plans: make(map[string]*knownPlan)}
	for rows.Next() {
		var (
			plan   string
			of     uuid.UUID
			digest int64
		)
		if err := rows.Scan(&plan, &of, &digest); err != nil {
			return err
		}
		k.plan(plan).digests[of] = digest
	}
	p.known = k
	return rows.Err()
}

func (k *known) plan(id string) *knownPlan {
	of, ok := k.plans[id]
	if !ok {
		of = &knownPlan{digests: make(map[casework.CaseID]int64)}
		k.plans[id] = of
	}
	return of
}

// next gives what will be known once an edition is in the tables; the digests
// follow as they are written.
func (k *known) next(e *edition) known {
	out := known{token: uuid.New(), position: e.position, day: e.day, revised: e.revised, plans: k.plans}
	for _, of := range e.plans {
		out.plan(of.id).published = of.state.PublishedAt
	}
	return out
}
