package casework_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"pgregory.net/rapid"

	"percorsi/internal/casework"
	"percorsi/internal/casework/casetest"
	"percorsi/internal/fact"
	"percorsi/internal/fault"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

func TestOfEachKindTheFirstDayIsShown(t *testing.T) {
	list := []casework.Awaiting{
		{Of: casework.ApprovableAssessment, ID: "one", Since: 20},
		{Of: casework.ApprovableAssessment, ID: "two", Since: 10},
		{Of: casework.ApprovableAssessment, ID: "three", Since: 30},
		{Of: casework.ApprovableClosure, Since: 40},
	}
	if diff := cmp.Diff(casework.Waits{Assessment: 10, Closure: 40}, casework.WaitsOf(list)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if casework.WaitsOf(nil).Any() || !casework.WaitsOf(list[3:]).Any() {
		t.Error("nothing waits, or the closure does not")
	}
}

func TestBarredIsWhoWroteSomeOfEachThingThatWaits(t *testing.T) {
	of := func(authors ...string) casework.Awaiting { return casework.Awaiting{Authors: authors} }
	for _, tt := range []struct {
		name string
		list []casework.Awaiting
		want []string
	}{
		{"nothing waits", nil, nil},
		{"one thing", []casework.Awaiting{of(anna, bruno)}, []string{anna, bruno}},
		{"two things that one of them wrote", []casework.Awaiting{of(anna, bruno), of(carla, anna)}, []string{anna}},
		{"two things of two people", []casework.Awaiting{of(anna), of(bruno)}, nil},
		{"one that nobody is known to have written", []casework.Awaiting{of(anna), of()}, nil},
	} {
		if diff := cmp.Diff(tt.want, casework.Barred(tt.list)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

// approvalOf gives the fact that approves what waits.
func approvalOf(a casework.Awaiting) proto.Message {
	switch a.Of {
	case casework.ApprovableAssessment:
		return &eventv1.AssessmentApproved{AssessmentId: a.ID}
	case casework.ApprovableProject:
		return &eventv1.ProjectApproved{ProjectId: a.ID}
	default:
		return &eventv1.ClosureApproved{}
	}
}

// approves tells whether the domain lets a user approve what waits, which is why
// it is in a list.
func approves(t *testing.T, c *casework.Case, a casework.Awaiting, user string, at time.Time) bool {
	t.Helper()
	f, err := fact.Wrap(approvalOf(a), casework.DayOf(at).String())
	if err != nil {
		t.Fatal(err)
	}
	cmd := command(200)
	cmd.User, cmd.Fact = user, f
	part, err := cmd.Part()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Revision = c.Revision(part)
	_, err = casework.Decide(c, cmd, at)
	if _, known := errors.AsType[*fault.Error](err); err != nil && !known {
		t.Fatal(err)
	}
	return err == nil
}

// TestWhoIsNotBarredFindsSomethingToApprove compares what lists are asked with
// what the rules of approvals decide, for everybody who had to do with a case.
func TestWhoIsNotBarredFindsSomethingToApprove(t *testing.T) {
	asked := casework.Approvals{{Of: casework.ApprovableAssessment}}
	waiting, barred := 0, 0
	rapid.Check(t, func(r *rapid.T) {
		story := casetest.Story(rapid.Uint64Range(0, 1<<20).Draw(r, "seed"), rapid.SampledFrom(casetest.Pathways()).Draw(r, "pathway"))
		users := []string{"op-stranger"}
		for _, c := range story {
			if u := c.GetActor().GetUser(); !slices.Contains(users, u) {
				users = append(users, u)
			}
		}
		told := story[:rapid.IntRange(1, len(story)).Draw(r, "commits")]
		c, err := casetest.Fold(nil, 1, told...)
		if err != nil {
			r.Fatal(err)
		}
		// Stories may last for decades.
		list, after := c.Awaiting(asked), told[len(told)-1].GetRecordedAt().AsTime().AddDate(0, 0, 1)
		if casework.WaitsOf(list).Any() != (len(list) > 0) {
			r.Errorf("%v wait, and lists say %+v", list, casework.WaitsOf(list))
		}
		for _, user := range users {
			some := slices.ContainsFunc(list, func(a casework.Awaiting) bool { return approves(t, c, a, user, after) })
			finds := len(list) > 0 && !slices.Contains(casework.Barred(list), user)
			if some != finds {
				r.Errorf("%s approves some of %+v: %v, and finds it in a list: %v", user, list, some, finds)
			}
			if len(list) > 0 {
				waiting++
			}
			if len(list) > 0 && !finds {
				barred++
			}
		}
	})
	if waiting == 0 || barred == 0 {
		t.Errorf("%d times something waited, and %d times for others: nothing was tried", waiting, barred)
	}
}
