package postgres

import (
	"context"
	"encoding/binary"
	"hash/fnv"
	"io"
	"maps"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"percorsi/internal/casework"
	"percorsi/internal/indicator"
)

// ofPlan stands for the case of rows that belong to no case.
var ofPlan = uuid.Nil

// dossier is the evidence of one case, or of the plan itself.
type dossier struct {
	id     casework.CaseID
	digest int64
	rows   []unit
}

// unit is a row of evidence, but for the plan.
type unit struct {
	indicator.Evidence

	// personal says that the key holds the pseudonym of a person, far that the
	// unit only lends its key.
	personal, far bool
}

// writeEvidence brings the evidence of a plan up to date.
func writeEvidence(ctx context.Context, tx pgx.Tx, of *planEdition, day casework.Day, had *knownPlan) error {
	facts, err := ofFacts(ctx, of, day)
	if err != nil {
		return err
	}
	if err := had.write(ctx, tx, of.id, []*dossier{facts}); err != nil {
		return err
	}
	const together = 2_000 // cases are counted before their rows are written
	for cases := range slices.Chunk(of.doubtful, together) {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := had.write(ctx, tx, of.id, ofCases(of, cases, day)); err != nil {
			return err
		}
	}
	if !of.all {
		return nil
	}
	return had.forget(ctx, tx, of)
}

// write replaces the rows of those whose digest differs.
func (k *knownPlan) write(ctx context.Context, tx pgx.Tx, plan string, list []*dossier) error {
	differ := slices.DeleteFunc(list, func(d *dossier) bool {
		digest, known := k.digests[d.id]
		return known && digest == d.digest
	})
	if len(differ) == 0 {
		return nil
	}
	var had []uuid16
	ids, digests := make([]uuid16, len(differ)), make([]int64, len(differ))
	for i, d := range differ {
		ids[i], digests[i] = id16(d.id), d.digest
		if _, known := k.digests[d.id]; known {
			had = append(had, ids[i])
		}
		k.digests[d.id] = d.digest
	}
	b := &pgx.Batch{}
	remove(b, plan, had)
	b.Queue(`
insert into percorsi.evidence_digests (plan_id, case_id, digest)
select $1, * from unnest($2::uuid[], $3::bigint[])
on conflict (plan_id, case_id) do update set digest = excluded.digest`, plan, ids, digests)
	if err := tx.SendBatch(ctx, b).Close(); err != nil {
		return err
	}
	return copyRows(ctx, tx, plan, differ)
}

// remove takes the rows of cases away, or those of the plan itself.
func remove(b *pgx.Batch, plan string, ids []uuid16) {
	if len(ids) == 0 {
		return
	}
	if slices.Contains(ids, id16(ofPlan)) {
		b.Queue("delete from percorsi.evidence where plan_id = $1 and case_id is null", plan)
	}
	b.Queue("delete from percorsi.evidence where plan_id = $1 and case_id = any($2)", plan, ids)
}

// forget takes away the evidence of cases that there are not: those of a
// program that could fold what this one cannot.
func (k *knownPlan) forget(ctx context.Context, tx pgx.Tx, of *planEdition) error {
	gone := maps.Clone(k.digests)
	delete(gone, ofPlan)
	for _, c := range of.doubtful {
		delete(gone, c.ID)
	}
	if len(gone) == 0 {
		return nil
	}
	var ids []uuid16
	for id := range gone {
		ids = append(ids, id16(id))
		delete(k.digests, id)
	}
	b := &pgx.Batch{}
	remove(b, of.id, ids)
	b.Queue("delete from percorsi.evidence_digests where plan_id = $1 and case_id = any($2)", of.id, ids)
	return tx.SendBatch(ctx, b).Close()
}

func copyRows(ctx context.Context, tx pgx.Tx, plan string, list []*dossier) error {
	var at, row int
	next := func() ([]any, error) {
		for at < len(list) && row == len(list[at].rows) {
			at, row = at+1, 0
		}
		if at == len(list) {
			return nil, nil
		}
		u := &list[at].rows[row]
		row++
		return []any{
			plan, u.Indicator, u.Period, u.caseID(), u.UnitID, u.Verdict.String(), u.Key, u.personal, u.far,
			u.Value, u.Denominator, u.Failure,
		}, nil
	}
	_, err := tx.CopyFrom(ctx, pgx.Identifier{Schema, "evidence"}, []string{
		"plan_id", "indicator", "period", "case_id", "unit_id", "verdict", "key", "personal", "far",
		"value", "denominator", "failure",
	}, pgx.CopyFromFunc(next))
	return err
}

// caseID gives the case; null for a unit of the plan.
func (u *unit) caseID() any {
	if u.CaseID == ofPlan {
		return nil
	}
	return id16(u.CaseID)
}

// ofCases counts cases, using the processors there are.
func ofCases(of *planEdition, cases []*casework.Case, day casework.Day) []*dossier {
	out := make([]*dossier, len(cases))
	workers := runtime.GOMAXPROCS(0)
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			for i := w; i < len(cases); i += workers {
				out[i] = of.count(cases[i], day)
			}
		})
	}
	wg.Wait()
	return out
}

// count gives the evidence of one case.
func (of *planEdition) count(c *casework.Case, day casework.Day) *dossier {
	d := &dossier{id: c.ID}
	person := of.keyOf(c)
	for _, e := range of.program.Contributions(c, person, day) {
		if !of.unlisted[[2]string{e.Indicator, e.Period}] {
			d.rows = append(d.rows, unit{Evidence: e, personal: namesPerson(c, person, e.Key), far: isFar(e.Verdict)})
		}
	}
	d.digest = digestOf(d.rows)
	return d
}

// keyOf gives the pseudonym that the person of a case is counted under.
func (of *planEdition) keyOf(c *casework.Case) string {
	if key, linked := of.keys[c.Person]; linked {
		return key
	}
	return c.Person
}

// isFar tells the verdicts of units that lend their key from those that have
// names.
func isFar(v indicator.Verdict) bool {
	switch v {
	case indicator.Hit, indicator.Miss, indicator.Unknown, indicator.Failed:
		return false
	default:
		return true
	}
}

// namesPerson tells whether a key holds the pseudonym of somebody in the case,
// or the one that the person is counted under, whatever definition made it.
func namesPerson(c *casework.Case, counted, key string) bool {
	holds := func(person string) bool { return person != "" && strings.Contains(key, person) }
	return key != "" && (holds(c.Person) || holds(counted) ||
		slices.ContainsFunc(c.Household, func(m *casework.Member) bool { return holds(m.Person) }))
}

// digestOf tells one list of rows from another. Every part is written with its
// length, so that no two lists are the same bytes.
func digestOf(rows []unit) int64 {
	h := fnv.New64a()
	var number [8]byte
	put := func(n int64) {
		binary.LittleEndian.PutUint64(number[:], uint64(n))
		_, _ = h.Write(number[:]) // a hash takes everything
	}
	for i := range rows {
		u := &rows[i]
		for _, s := range []string{u.Indicator, u.Period, u.UnitID, u.Key, u.Failure} {
			put(int64(len(s)))
			_, _ = io.WriteString(h, s)
		}
		put(int64(u.Verdict))
		put(u.Value)
		put(u.Denominator)
	}
	return int64(h.Sum64())
}
