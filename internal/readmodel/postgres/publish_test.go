package postgres

import (
	"errors"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"percorsi/internal/casework"
	"percorsi/internal/eventlog"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	"percorsi/internal/indicator"
	"percorsi/internal/readmodel"
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
	p.publisher = newPublisher(newFollower(s.pool, figures.Config{Today: func() casework.Day { return p.day }}, quiet()))
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

// shownEvidence is a row of evidence as it is compared.
type shownEvidence struct {
	Period, Unit, Verdict, Key string
	Case                       uuid.UUID
	Value, Denominator         int64
}

func (s *store) evidence(of string) []shownEvidence {
	s.Helper()
	rows, err := s.pool.Query(s.Context(), `
select period, unit_id, verdict, key, coalesce(case_id, '00000000-0000-0000-0000-000000000000'), value, denominator
from percorsi.evidence where indicator = $1 and not far`, of)
	if err != nil {
		s.Fatal(err)
	}
	out, err := pgx.CollectRows(rows, func(r pgx.CollectableRow) (e shownEvidence, err error) {
		return e, r.Scan(&e.Period, &e.Unit, &e.Verdict, &e.Key, &e.Case, &e.Value, &e.Denominator)
	})
	if err != nil {
		s.Fatal(err)
	}
	return sorted(out)
}

func sorted(list []shownEvidence) []shownEvidence {
	slices.SortFunc(list, func(a, b shownEvidence) int {
		x, y := a.Case.String()+a.Period+a.Unit+a.Key+a.Verdict, b.Case.String()+b.Period+b.Unit+b.Key+b.Verdict
		switch {
		case x < y:
			return -1
		case x > y:
			return 1
		default:
			return 0
		}
	})
	return list
}

// explained gives what the boards show behind a figure, over every period.
func (p *press) explained(of string, periods []indicator.Span) []shownEvidence {
	p.s.Helper()
	seen := make(map[string][]shownEvidence)
	for _, period := range periods {
		x, err := p.f.explain(p.s.Context(), 0, "", of, period.Label, indicator.Page{Size: 100_000})
		if err != nil {
			p.s.Fatal(err)
		}
		byPeriod := make(map[string][]shownEvidence)
		for _, e := range x.Evidence {
			byPeriod[e.Period] = append(byPeriod[e.Period], shownEvidence{
				Period: e.Period, Unit: e.UnitID, Verdict: e.Verdict.String(), Key: e.Key, Case: e.CaseID,
				Value: e.Value, Denominator: e.Denominator,
			})
		}
		maps.Copy(seen, byPeriod)
	}
	var out []shownEvidence
	for _, list := range seen {
		out = append(out, list...)
	}
	return sorted(out)
}

// activities writes facts of the plan for every indicator that counts them.
func (s *store) activities(p *eventv1.Plan) {
	s.Helper()
	for n, i := range p.GetIndicators() {
		switch i.GetDefinition().GetUnit() {
		case eventv1.UnitOfCount_UNIT_OF_COUNT_ACTIVITY:
			s.write(commit(s, eventlog.Stream(readmodel.PlanStream+"."+p.GetPlanId()), "2026-03-01", &eventv1.ActivityRecorded{
				ActivityId: uuid.NewString(), Kind: eventv1.ActivityKind_ACTIVITY_KIND_MEETING,
				Indicator: i.GetIndicatorId(), Quantity: int64(n), Bodies: []string{"ACSI", "ATS"},
			}))
		case eventv1.UnitOfCount_UNIT_OF_COUNT_SUPPLIED:
			s.write(commit(s, eventlog.Stream(readmodel.PlanStream+"."+p.GetPlanId()), "2027-01-15", &eventv1.FigureSupplied{
				FigureId: uuid.NewString(), Indicator: i.GetIndicatorId(), SuppliedBy: "ATS",
				From: "2026-01-01", To: "2026-12-31", Numerator: int64(n), Denominator: int64(2 * n),
			}))
		default:
		}
	}
}

func TestWhatIsPublishedIsWhatTheFiguresSay(t *testing.T) {
	s := newStore(t)
	s.town(60)
	shipped := shippedPlan(t).GetFacts()[0].GetPlanPublished().GetPlan()
	s.activities(shipped)
	s.load()
	p := newPress(s)
	p.print()

	program, err := p.f.boards.Program("")
	if err != nil {
		t.Fatal(err)
	}
	for _, period := range program.Periods() {
		s.samePublished(p, period.Label)
	}
	counted := 0
	for _, i := range shipped.GetIndicators() {
		if d := i.GetDefinition(); d != nil && d.GetHitUnit() == 0 {
			want := p.explained(i.GetIndicatorId(), program.Periods())
			if got := s.evidence(i.GetIndicatorId()); !slices.Equal(want, got) {
				t.Errorf("evidence of %s (-explained +published):\n%s", i.GetIndicatorId(), cmp.Diff(want, got))
			}
			counted += len(want)
		}
	}
	if counted < 500 {
		t.Errorf("only %d units were compared", counted)
	}
	s.sharesOfKeys(shipped)
}

// samePublished compares the figures of a period with the rows.
func (s *store) samePublished(p *press, period string) {
	s.Helper()
	want, err := p.f.figures(s.Context(), 0, "", indicator.Query{Period: period})
	if err != nil {
		s.Fatal(err)
	}
	rows, err := s.pool.Query(s.Context(), `
select plan_id, indicator, period, dimension, label, status, value::float8, unit, numerator, denominator, unknown, failed,
	coverage::float8, target::float8, achievement::float8, band, reason, reason_text, note, plan_version,
	definition_version, from_on::text, to_on::text, as_of::text, position
from percorsi.indicator_values where period = $1`, period)
	if err != nil {
		s.Fatal(err)
	}
	list, err := pgx.CollectRows(rows, pgx.RowToStructByPos[indicatorValue])
	if err != nil {
		s.Fatal(err)
	}
	got := make(map[string]indicatorValue)
	for _, v := range list {
		got[v.Indicator] = v
	}
	if len(got) != len(want) {
		s.Errorf("%s: %d rows for %d figures", period, len(got), len(want))
	}
	of := &planEdition{id: onePlan, position: s.last()}
	for i := range want {
		if diff := cmp.Diff(valueOf(of, period, &want[i]), got[want[i].Indicator]); diff != "" {
			s.Errorf("%s (-figure +row):\n%s", period, diff)
		}
	}
}

// sharesOfKeys forms the figures of shares of keys out of the evidence, as its
// comments say.
func (s *store) sharesOfKeys(p *eventv1.Plan) {
	s.Helper()
	tried := 0
	for _, i := range p.GetIndicators() {
		if i.GetDefinition().GetHitUnit() == 0 {
			continue
		}
		type share struct{ Hits, Known int64 }
		rows, err := s.pool.Query(s.Context(), `
with keys as (
	select period, key, bool_or(verdict = 'HIT') as hit, bool_or(verdict = 'UNKNOWN') as unknown
	from percorsi.evidence where indicator = $1 and key <> ''
	group by period, key having bool_or(not far)
)
select v.numerator, v.denominator, count(*) filter (where keys.hit), count(*) filter (where keys.hit or not keys.unknown)
from percorsi.indicator_values v join keys using (period) where v.indicator = $1 group by v.period, v.numerator, v.denominator`,
			i.GetIndicatorId())
		if err != nil {
			s.Fatal(err)
		}
		var want, got share
		if _, err := pgx.ForEachRow(rows, []any{&want.Hits, &want.Known, &got.Hits, &got.Known}, func() error {
			tried++
			if want != got {
				s.Errorf("%s: %+v, want %+v", i.GetIndicatorId(), got, want)
			}
			return nil
		}); err != nil {
			s.Fatal(err)
		}
	}
	if tried == 0 {
		s.Error("no share of keys was tried")
	}
}

func TestOnlyWhatChangedIsWrittenAgain(t *testing.T) {
	s := newStore(t)
	s.write(casesPlan(t, "within(case.opened_on, from, to)"))
	for range 5 {
		_, c := opening(t)
		s.write(c)
	}
	s.load()
	p := newPress(s)
	p.print()
	values, evidence := p.writes("indicator_values"), p.writes("evidence")

	p.print()
	if v, e := values(), evidence(); v != 0 || e != 0 {
		t.Errorf("nothing has happened: %d values and %d units were written", v, e)
	}
	_, c := opening(t)
	s.write(c)
	s.write(register(t, uuid.NewString(), eventv1.Sex_SEX_MALE))
	s.load()
	p.print()
	// It counts in 2025 and in the plan as a whole.
	if v, e := values(), evidence(); v != 2 || e != 2 {
		t.Errorf("a case was opened: %d values and %d units were written, want 2 and 2", v, e)
	}
	if n := ask[int64](s, "select count(distinct case_id) from percorsi.evidence"); n != 6 {
		t.Errorf("evidence of %d cases, want 6", n)
	}
	if at := ask[int64](s, "select position from percorsi.publication"); casework.Position(at) != s.last() {
		t.Errorf("published at %d, want %d", at, s.last())
	}
}

func TestNothingIsPublishedTooSoon(t *testing.T) {
	s := newStore(t)
	s.write(casesPlan(t, everyCase))
	s.load()
	p := newPress(s)
	p.print()
	token := ask[uuid.UUID](s, "select token from percorsi.publication")
	_, c := opening(t)
	s.write(c)
	s.load()
	p.time = p.time.Add(publishEvery - 1)
	if err := p.publish(t.Context(), p.conn); err != nil {
		t.Fatal(err)
	}
	if ask[uuid.UUID](s, "select token from percorsi.publication") != token {
		t.Error("it was published again before its time")
	}
	p.time = p.time.Add(1)
	if err := p.publish(t.Context(), p.conn); err != nil {
		t.Fatal(err)
	}
	if ask[uuid.UUID](s, "select token from percorsi.publication") == token {
		t.Error("it was not published in its time")
	}
}

func TestANewDayIsPublished(t *testing.T) {
	s := newStore(t)
	s.write(casesPlan(t, "case.opened_on + 1000 <= as_of"))
	_, c := opening(t) // on 2025-02-01
	s.write(c)
	s.load()
	p := newPress(s)
	opened, _ := casework.ParseDay("2025-02-01")
	for want, day := range []casework.Day{opened + 999, opened + 1000} {
		p.day = day
		p.print()
		got := ask[int64](s, "select numerator from percorsi.indicator_values where period = '2025-2027'")
		units := ask[int64](s, "select count(*) from percorsi.evidence where period = '2025-2027'")
		if got != int64(want) || units != int64(want) {
			t.Errorf("on %s: %d counted, %d units, want %d", day, got, units, want)
		}
		if at := ask[time.Time](s, "select as_of from percorsi.publication"); casework.DayOf(at) != day {
			t.Errorf("published as of %s on %s", at, day)
		}
	}
}

func TestANewVersionOfThePlanTakesAwayWhatItDoesNotCount(t *testing.T) {
	s := newStore(t)
	s.write(casesPlan(t, everyCase))
	_, c := opening(t)
	s.write(c)
	s.load()
	p := newPress(s)
	p.print()
	next := casesPlan(t, "case.status == Status.CLOSED")
	next.GetFacts()[0].GetPlanPublished().GetPlan().GetIndicators()[0].IndicatorId = "A1.OUT.2"
	s.write(next)
	s.load()
	p.print()
	if n := ask[int64](s, "select count(*) from percorsi.evidence"); n != 0 {
		t.Errorf("%d units of the version before are there", n)
	}
	if got := ask[[]string](s, "select array_agg(distinct indicator) from percorsi.indicator_values"); !slices.Equal(got, []string{"A1.OUT.2"}) {
		t.Errorf("figures of %v", got)
	}
}

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

func TestKeysThatNamePersonsAreMarked(t *testing.T) {
	s := newStore(t)
	s.town(40)
	s.load()
	p := newPress(s)
	p.print()
	people := ask[int64](s, "select count(*) from percorsi.evidence where personal")
	if people == 0 {
		t.Error("nobody is counted")
	}
	for c := range p.f.cases() {
		if n := ask[int64](s, "select count(*) from percorsi.evidence where not personal and key like '%' || $1 || '%'", c.Person); n != 0 {
			t.Errorf("%d keys name a person and are not marked", n)
		}
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
