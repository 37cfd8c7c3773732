package casework_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"percorsi/internal/casework"
	"percorsi/internal/fact"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// fold gives the case of facts that nobody decided on, one commit each.
func fold(t *testing.T, fs ...*eventv1.Fact) *casework.Case {
	t.Helper()
	var c *casework.Case
	for i, f := range fs {
		next, err := casework.Evolve(c, casework.Position(i+1), commitOf(command(byte(i)), f))
		if err != nil {
			t.Fatal(err)
		}
		c = next
	}
	return c
}

func command(n byte) casework.Command {
	return casework.Command{ID: uuid.NewSHA1(uuid.Nil, []byte{n}), User: anna}
}

func TestACaseHasTheIDOfTheCommandThatOpenedIt(t *testing.T) {
	c := fold(t, generaleInCharge()...)
	if c.ID != command(0).ID {
		t.Errorf("id %s, want that of the first command", c.ID)
	}
}

func TestACommitThatTheCaseHoldsChangesNothing(t *testing.T) {
	c := fold(t, generaleInCharge()...)
	again, err := casework.Evolve(c, c.Last, commitOf(command(9), takenOn("2025-02-02")))
	if err != nil || again != c {
		t.Errorf("got %p (%v), want the same case %p", again, err, c)
	}
}

func TestTheFactsOfOneCommitStandTogether(t *testing.T) {
	commit := commitOf(command(1), generaleInCharge()...)
	c, err := casework.Evolve(nil, 40, commit)
	if err != nil {
		t.Fatal(err)
	}
	if c.Status != casework.InCharge || len(c.Timeline) != 2 || c.Last != 40 {
		t.Errorf("status %d, %d moments, last %d", c.Status, len(c.Timeline), c.Last)
	}
	commit.Facts = append(commit.GetFacts(), on("2025-03-01", &eventv1.PersonRegistered{}))
	if c, err := casework.Evolve(nil, 40, commit); err == nil || c != nil {
		t.Errorf("a commit with one wrong fact gives %v (%v)", c, err)
	}
}

func TestAHistoryThatCannotBeIsAnError(t *testing.T) {
	unknown := []struct {
		name   string
		begin  facts
		commit *eventv1.Commit
	}{
		{"a fact of no kind", generale(), commitOf(command(9), &eventv1.Fact{OccurredOn: "2025-01-12"})},
		{"a fact of another stream", generale(), commitOf(command(9), on("2025-01-12", &eventv1.PlanPublished{}))},
		{"a case that begins without a signal", nil, commitOf(command(9), takenOn("2025-01-12"))},
		{"a case that begins twice", generale(), commitOf(command(9), generale()...)},
		{"a day that is none", generale(), commitOf(command(9), on("12 January", &eventv1.TakenInCharge{}))},
		{"a command without an id", generale(), &eventv1.Commit{Facts: facts{takenOn("2025-01-12")}}},
	}
	for _, tc := range unknown {
		t.Run(tc.name, func(t *testing.T) {
			if c, err := casework.Evolve(fold(t, tc.begin...), 9, tc.commit); err == nil || c != nil {
				t.Errorf("got %v (%v), want an error and no case", c, err)
			}
		})
	}
}

func TestAFactAboutWhatIsNotThereFoldsWithoutAnEffect(t *testing.T) {
	for _, f := range append(aboutNothing(), on("2025-02-01", &eventv1.ReferralAnswered{ReferralId: id("nothing")})) {
		t.Run(fact.Name(f), func(t *testing.T) {
			before := fold(t, generaleInCharge()...)
			after := fold(t, append(generaleInCharge(), f)...)
			after.Parts, after.Timeline, after.Commands, after.Last = before.Parts, before.Timeline, before.Commands, before.Last
			if diff := cmp.Diff(before, after); diff != "" {
				t.Errorf("the case changed (-before +after):\n%s", diff)
			}
		})
	}
}

func aboutNothing() facts {
	none := id("nothing")
	return facts{
		on("2025-02-01", &eventv1.SentToEmploymentCentre{PersonId: none}),
		on("2025-02-01", &eventv1.ServicePactSigned{PersonId: none}),
		on("2025-02-01", &eventv1.DomainAssessed{AssessmentId: none}),
		on("2025-02-01", &eventv1.AssessmentConcluded{AssessmentId: none}),
		on("2025-02-01", &eventv1.TeamMemberRemoved{MemberId: none}),
		on("2025-02-01", &eventv1.MeetingHeld{MeetingId: none}),
		on("2025-02-01", &eventv1.MeetingCancelled{MeetingId: none}),
		on("2025-02-01", &eventv1.GoalReached{ProjectId: none, GoalId: none}),
		on("2025-02-01", &eventv1.CommitmentChecked{ProjectId: none, CommitmentId: none}),
		on("2025-02-01", &eventv1.ProjectSigned{ProjectId: none}),
		on("2025-02-01", &eventv1.SupportDelivered{SupportId: none}),
		on("2025-02-01", &eventv1.PathStarted{PathId: none}),
		on("2025-02-01", &eventv1.BedEntered{}),
	}
}

func TestTheTimelineHasEveryFactAsClocksNeedIt(t *testing.T) {
	c := fold(t, and(dischargedHome(), on("2025-02-11", &eventv1.PeriodicMeetingHeld{PersonId: id("person")}))...)
	last := c.Timeline[len(c.Timeline)-2:]
	want := []casework.Moment{
		{Position: 5, Kind: 142, Day: day("2025-02-10"), At: at("2025-02-10T10:00Z").AsTime().Unix()},
		{Position: 6, Kind: 26, Day: day("2025-02-11"), About: id("person")},
	}
	if diff := cmp.Diff(want, last); diff != "" {
		t.Errorf("timeline (-want +got):\n%s", diff)
	}
}

func TestACommandIsAnsweredForTheLifeOfTheCase(t *testing.T) {
	c := fold(t, generaleInCharge()...)
	first := command(0)
	got, ok := c.Answer(first.ID)
	want := casework.Answered{ID: first.ID, Digest: first.ID, Position: 1}
	if !ok || got != want {
		t.Errorf("got %v %t, want %v", got, ok, want)
	}
	if _, ok := c.Answer(command(9).ID); ok {
		t.Error("a command that was not recorded is answered")
	}
	if _, ok := (*casework.Case)(nil).Answer(first.ID); ok {
		t.Error("a case that does not exist answers")
	}
}

func TestTheRevisionOfAPartIsThePositionOfItsLastCommit(t *testing.T) {
	c := fold(t, and(assessing(), on("2025-02-05", health(2)), on("2025-02-06", health(3)))...)
	for part, want := range map[casework.Part]casework.Revision{
		casework.PartIntake:                             2,
		casework.Part("assessment/" + id("assessment")): 3,
		casework.Part("assessment/" + id("assessment") + "/domain/health/judgement"): 5,
		casework.PartNeeds: 0,
	} {
		if got := c.Revision(part); got != want {
			t.Errorf("%s: revision %d, want %d", part, got, want)
		}
	}
}

func TestTheKindOfAFactIsItsNumberInTheSchema(t *testing.T) {
	if got := casework.KindOf(takenOn("2025-01-12")); got != 18 {
		t.Errorf("taken_in_charge is %d, want 18", got)
	}
	if got := casework.KindOf(&eventv1.Fact{}); got != 0 {
		t.Errorf("no fact is %d, want 0", got)
	}
}
