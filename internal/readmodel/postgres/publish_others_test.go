package postgres

import (
	"errors"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

func TestWhoTakesOverWritesOnlyWhatDiffers(t *testing.T) {
	s := newStore(t)
	s.write(casesPlan(t, everyCase))
	gone, c := opening(t)
	s.write(c)
	stays, c := opening(t)
	s.write(c)
	s.load()
	p := newPress(s)
	p.print()
	evidence := p.writes("evidence")
	s.exec("update percorsi.evidence_digests set digest = 1 where 'case.' || case_id = $1", string(gone))
	s.exec("insert into percorsi.evidence_digests values ($1, $2, 7)", onePlan, uuid.New())
	newPress(s).print()
	if n, want := evidence(), ask[int64](s, "select count(*) from percorsi.evidence where 'case.' || case_id = $1", string(gone)); n != want || want == 0 {
		t.Errorf("%d units were written, want the %d of the one case that differs", n, want)
	}
	if n := ask[int64](s, "select count(*) from percorsi.evidence_digests"); n != 3 {
		t.Errorf("%d digests, want those of two cases and of the plan", n)
	}
	if n := ask[int64](s, "select count(*) from percorsi.evidence where 'case.' || case_id = $1", string(stays)); n == 0 {
		t.Error("the other case is gone")
	}

	// The first one finds that it is not the only one any more, and goes on
	// from what is there.
	_, c = opening(t)
	s.write(c)
	s.load()
	p.print()
	if n := ask[int64](s, "select count(distinct case_id) from percorsi.evidence"); n != 3 {
		t.Errorf("evidence of %d cases, want 3", n)
	}
}

// ready gives an edition that waits to be written.
func (p *press) ready() (*edition, known) {
	p.s.Helper()
	if err := p.learn(p.s.Context(), p.conn); err != nil {
		p.s.Fatal(err)
	}
	e, err := p.f.edition(p.s.Context(), p.s.last(), p.known)
	if err != nil {
		p.s.Fatal(err)
	}
	return e, p.known.next(e)
}

// oneCase is a log of a plan and a case.
func oneCase(s *store) {
	s.write(casesPlan(s, everyCase))
	_, c := opening(s)
	s.write(c)
	s.load()
}

func TestAPublicationThatMeetsAnotherLeavesEverythingAsItWas(t *testing.T) {
	s := newStore(t)
	oneCase(s)
	p := newPress(s)
	e, next := p.ready()
	newPress(s).print()
	token := ask[uuid.UUID](s, "select token from percorsi.publication")
	err := pgx.BeginFunc(t.Context(), p.conn, func(tx pgx.Tx) error { return p.write(t.Context(), tx, e, &next) })
	if !errors.Is(err, errPublishedMeanwhile) || ask[uuid.UUID](s, "select token from percorsi.publication") != token {
		t.Errorf("it went on: %v", err)
	}
	p.known = known{} // as publish does
	evidence := p.writes("evidence")
	_, c := opening(t)
	s.write(c)
	s.load()
	p.print()
	if n := evidence(); n == 0 || n != ask[int64](s, "select count(*) from percorsi.evidence where case_id = $1", c.GetCommandId()) {
		t.Errorf("%d units were written once it began again", n)
	}
}

func TestAPublicationDoesNotEndInOtherTablesThanItBeganIn(t *testing.T) {
	s := newStore(t)
	oneCase(s)
	if err := prepare(t.Context(), s.pool, rebuildSchema); err != nil {
		t.Fatal(err)
	}
	p := newPress(s)
	e, next := p.ready()
	err := pgx.BeginFunc(t.Context(), p.conn, func(tx pgx.Tx) error {
		table, err := p.lock(t.Context(), tx)
		if err != nil {
			return err
		}
		s.exec("alter schema percorsi rename to percorsi_replaced")
		s.exec("alter schema percorsi_rebuild rename to percorsi")
		s.stand(s.last())
		return fill(t.Context(), tx, e, &next, table)
	})
	if !errors.Is(err, errPublishedMeanwhile) {
		t.Errorf("it went on: %v", err)
	}
	for _, schema := range []string{"percorsi", "percorsi_replaced"} {
		if n := ask[int64](s, "select count(*) from "+schema+".evidence"); n != 0 {
			t.Errorf("%s: %d units were left", schema, n)
		}
	}
	p.known = known{} // as publish does
	p.print()
	if n := ask[int64](s, "select count(distinct case_id) from percorsi.evidence"); n != 1 {
		t.Errorf("evidence of %d cases once it began again", n)
	}
}

func TestWhatWasPublishedIsCarriedOver(t *testing.T) {
	s := newStore(t)
	s.write(casesPlan(t, everyCase))
	_, c := opening(t)
	s.write(c)
	s.load()
	p := newPress(s)
	p.print()
	if err := prepare(t.Context(), s.pool, rebuildSchema); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := carryFigures(t.Context(), p.conn, Schema, rebuildSchema); err != nil {
			t.Fatal(err)
		}
	}
	for _, table := range publishedTables {
		differ := ask[int64](s, `
select count(*) from (
	(select * from percorsi.`+table.name+` except all select * from percorsi_rebuild.`+table.name+`) union all
	(select * from percorsi_rebuild.`+table.name+` except all select * from percorsi.`+table.name+`)) d`)
		if n := ask[int64](s, "select count(*) from percorsi_rebuild."+table.name); differ != 0 || n == 0 {
			t.Errorf("%s: %d rows, %d differ", table.name, n, differ)
		}
	}
	s.exec("alter schema percorsi rename to percorsi_replaced")
	s.exec("alter schema percorsi_rebuild rename to percorsi")
	s.stand(s.last())
	evidence := p.writes("evidence")
	_, c = opening(t)
	s.write(c)
	s.load()
	p.print()
	if n := evidence(); n == 0 || n != ask[int64](s, "select count(*) from percorsi.evidence where case_id = $1", c.GetCommandId()) {
		t.Errorf("%d units were written after the swap", n)
	}
}
