package readmodel_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"

	"github.com/google/uuid"

	"percorsi/internal/casework"
	"percorsi/internal/eventlog"
	"percorsi/internal/readmodel"
)

// caseNo gives the stream and the id of a case.
func caseNo(n int) (eventlog.Stream, casework.CaseID) {
	id := uuid.UUID{15: byte(n), 14: byte(n >> 8)}
	return eventlog.Stream(readmodel.CaseStream + "." + id.String()), id
}

func add(r *readmodel.Recent, cases ...int) {
	for _, n := range cases {
		s, _ := caseNo(n)
		r.Add(s)
	}
}

// next asks a feed that has something to tell.
func next(t *testing.T, r *readmodel.Recent, after uint64) readmodel.FeedPage {
	t.Helper()
	page, err := r.Feed(t.Context(), after)
	if err != nil {
		t.Fatal(err)
	}
	return page
}

func wantCases(t *testing.T, page readmodel.FeedPage, cases ...int) {
	t.Helper()
	var want []casework.CaseID
	for _, n := range cases {
		_, id := caseNo(n)
		want = append(want, id)
	}
	if !page.Whole || !slices.Equal(page.Cases, want) {
		t.Errorf("told of %v, whole %v; want %v", page.Cases, page.Whole, want)
	}
}

func TestAFeedTellsEachCaseThatChangedOnce(t *testing.T) {
	var r readmodel.Recent
	add(&r, 1, 2)
	begin := next(t, &r, 0)
	if begin.Whole || len(begin.Cases) > 0 {
		t.Errorf("who has read nothing yet is told %+v", begin)
	}
	add(&r, 3, 4, 3)
	r.Add("plan.LODI")
	page := next(t, &r, begin.Next)
	wantCases(t, page, 3, 4)
	if page.People {
		t.Error("nothing was said of people")
	}
	add(&r, 5)
	r.Add("person.5")
	page = next(t, &r, page.Next)
	if wantCases(t, page, 5); !page.People {
		t.Error("something was said of people")
	}
	again := next(t, &r, begin.Next)
	wantCases(t, again, 3, 4, 5)
}

func TestAFeedWaitsUntilSomethingChanges(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var r readmodel.Recent
		begin := next(t, &r, 0)
		told := make(chan readmodel.FeedPage, 2)
		for range 2 {
			go func() { told <- next(t, &r, begin.Next) }()
		}
		synctest.Wait()
		if len(told) > 0 {
			t.Fatal("told of nothing")
		}
		add(&r, 1)
		for range 2 {
			wantCases(t, <-told, 1)
		}
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() {
			_, err := r.Feed(ctx, begin.Next+1)
			ended <- err
		}()
		synctest.Wait()
		cancel()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Errorf("who hung up is told %v", err)
		}
	})
}

func TestWhoIsTooFarBehindIsToldToBeginAgain(t *testing.T) {
	const kept = 8192
	for _, tt := range []struct {
		name  string
		then  func(r *readmodel.Recent)
		whole bool
	}{
		{"as much as is kept", func(r *readmodel.Recent) { add(r, make([]int, kept)...) }, true},
		{"one more", func(r *readmodel.Recent) { add(r, make([]int, kept+1)...) }, false},
		{"much more at once", func(r *readmodel.Recent) { r.Add(make([]eventlog.Stream, kept+1)...) }, false},
		{"anything", func(r *readmodel.Recent) { r.Break() }, false},
		{"anything, and then something", func(r *readmodel.Recent) {
			r.Break()
			add(r, 1)
		}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var r readmodel.Recent
			begin := next(t, &r, 0)
			tt.then(&r)
			page := next(t, &r, begin.Next)
			if page.Whole != tt.whole {
				t.Errorf("told as whole: %v", page.Whole)
			}
			add(&r, 7)
			wantCases(t, next(t, &r, page.Next), 7)
		})
	}
}

func TestAPlaceInTheFeedOfAnotherProcessIsToBeginAgain(t *testing.T) {
	var r readmodel.Recent
	begin := next(t, &r, 0)
	if page := next(t, &r, begin.Next+1000); page.Whole {
		t.Error("a place that this process never gave is gone on from")
	}
}

// TestWhoGivesUpEndsNothingForWhoCameLater as when one follower takes over from
// another.
func TestWhoGivesUpEndsNothingForWhoCameLater(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var r readmodel.Recent
		begin := next(t, &r, 0)
		ctx, giveUp := context.WithCancel(t.Context())
		gone := make(chan error)
		go func() {
			_, err := r.Feed(ctx, begin.Next)
			gone <- err
		}()
		synctest.Wait()
		later := next(t, &r, 0)
		giveUp()
		if err := <-gone; !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		add(&r, 7)
		wantCases(t, next(t, &r, later.Next), 7)
	})
}

// TestWhatNobodyFollowsIsNotKept and who comes back is told so.
func TestWhatNobodyFollowsIsNotKept(t *testing.T) {
	var r readmodel.Recent
	begin := next(t, &r, 0)
	if r.Skip() {
		t.Error("something was skipped that somebody follows")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := r.Feed(ctx, begin.Next); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if !r.Skip() {
		t.Error("nobody follows any more")
	}
	add(&r, 1)
	if page := next(t, &r, begin.Next); page.Whole {
		t.Error(fmt.Sprint("what happened meanwhile is not known: ", page))
	}
}
