package postgres

import (
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
)

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
	s.town(90)
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
		shares, err := pgx.CollectRows(rows, func(r pgx.CollectableRow) (pair [2]share, err error) {
			return pair, r.Scan(&pair[0].Hits, &pair[0].Known, &pair[1].Hits, &pair[1].Known)
		})
		if err != nil {
			s.Fatal(err)
		}
		for _, pair := range shares {
			tried++
			if pair[0] != pair[1] {
				s.Errorf("%s: %+v, want %+v", i.GetIndicatorId(), pair[1], pair[0])
			}
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
