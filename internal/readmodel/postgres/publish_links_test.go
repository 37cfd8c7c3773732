package postgres

import (
	"testing"

	"github.com/google/uuid"
	"google.golang.org/protobuf/proto"

	"percorsi/internal/eventlog"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	"percorsi/internal/readmodel"
)

// saidOf writes what is said of two persons, or corrected of it.
func (s *store) saidOf(one string, content proto.Message) *eventv1.Commit {
	s.Helper()
	c := commit(s, eventlog.Stream(readmodel.PersonStream+"."+one), "2025-06-01", content)
	s.write(c)
	return c
}

// TestALinkIsPublishedWithTheCasesThatItTakesTogetherAndNoOthers links two
// persons whose cases stay as they are.
func TestALinkIsPublishedWithTheCasesThatItTakesTogetherAndNoOthers(t *testing.T) {
	s := newStore(t)
	plan := casesPlan(t, everyCase)
	plan.GetFacts()[0].GetPlanPublished().GetPlan().GetIndicators()[0].GetDefinition().Unit = eventv1.UnitOfCount_UNIT_OF_COUNT_PERSON
	s.write(plan)
	var people []string
	for range 4 {
		_, c := opening(t)
		who := uuid.NewString()
		c.GetFacts()[0].GetSignalled().PersonId = who
		s.write(register(t, who, eventv1.Sex_SEX_FEMALE))
		s.write(c)
		people = append(people, who)
	}
	s.load()
	p := newPress(s)
	p.print()
	evidence := p.writes("evidence")
	one, other := min(people[1], people[3]), max(people[1], people[3])
	const period = "2025-2027"
	standing := func(what string, persons, written int64) {
		t.Helper()
		s.load()
		p.print()
		if n := ask[int64](s, "select numerator from percorsi.indicator_values where period = $1", period); n != persons {
			t.Errorf("%s: %d persons, want %d", what, n, persons)
		}
		if n := ask[int64](s, "select count(distinct key) from percorsi.evidence where period = $1", period); n != persons {
			t.Errorf("%s: the evidence counts %d persons, want %d", what, n, persons)
		}
		if n := evidence(); n != written {
			t.Errorf("%s: %d units were written, want %d", what, n, written)
		}
		if n := ask[int64](s, "select count(*) from percorsi.planner_evidence where key <> ''"); n != 0 {
			t.Errorf("%s: planners are shown %d pseudonyms", what, n)
		}
	}
	units := ask[int64](s, "select count(*) from percorsi.evidence") / int64(len(people))
	s.saidOf(one, &eventv1.PersonLinked{Other: other, Basis: eventv1.LinkBasis_LINK_BASIS_DOCUMENT})
	standing("linked", 3, units) // the later registered is counted under the other
	if n := ask[int64](s, "select count(*) from percorsi.evidence where period = $1 and key = $2", period, people[1]); n != 2 {
		t.Errorf("%d cases are counted under the first registered, want 2", n)
	}
	s.saidOf(one, &eventv1.PersonUnlinked{Other: other})
	standing("unlinked", 4, units)
	again := s.saidOf(one, &eventv1.PersonLinked{Other: other, Basis: eventv1.LinkBasis_LINK_BASIS_DOCUMENT})
	standing("linked again", 3, units)
	s.saidOf(one, &eventv1.FactVoided{CommandId: again.GetCommandId()})
	standing("the link void", 4, units)
}
