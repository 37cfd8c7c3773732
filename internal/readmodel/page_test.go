package readmodel_test

import (
	"encoding/base64"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"percorsi/internal/casework"
	"percorsi/internal/fault"
	"percorsi/internal/readmodel"
)

func anyUrgency(t *rapid.T) readmodel.Urgency {
	return readmodel.Urgency{
		Due:    rapid.Int64().Draw(t, "due"),
		Opened: casework.Position(rapid.Uint64().Draw(t, "opened")),
		Name:   rapid.String().Draw(t, "name"),
		About:  rapid.String().Draw(t, "about"),
		Nth:    rapid.IntRange(0, math.MaxInt32).Draw(t, "nth"),
	}
}

func TestATokenLeadsBackToItsPlace(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		u := anyUrgency(t)
		if got, ok, err := readmodel.ParseUrgency(u.Token()); got != u || !ok || err != nil {
			t.Errorf("%+v became %+v, %v, %v", u, got, ok, err)
		}
		p := casework.Position(rapid.Uint64Min(1).Draw(t, "position"))
		if got, err := readmodel.ParsePlace(readmodel.Place(p)); got != p || err != nil {
			t.Errorf("%d became %d, %v", p, got, err)
		}
	})
}

func TestTheTokenOfAClockFitsIntoTheFieldOfTheAPI(t *testing.T) {
	u := readmodel.Urgency{
		Due: math.MaxInt64, Opened: math.MaxUint64, Nth: 1000,
		Name: "NAME-OF-A-CLOCK-WITH-FORTY-CHARACTERS-40", About: "0190a1b2-7c3d-7e4f-8a5b-112233445566",
	}
	if n := len(u.Token()); n > 200 {
		t.Errorf("the token has %d characters, 200 are allowed", n)
	}
}

func TestTheEmptyTokenBeginsWithTheFirstPage(t *testing.T) {
	if _, continued, err := readmodel.ParseUrgency(""); continued || err != nil {
		t.Errorf("work list: %v, %v", continued, err)
	}
	if p, err := readmodel.ParsePlace(""); p != 0 || err != nil {
		t.Errorf("list: %d, %v", p, err)
	}
}

func TestNoTokenBreaksAList(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		token := rapid.OneOf(
			rapid.String(),
			rapid.Map(rapid.SliceOf(rapid.Byte()), base64.RawURLEncoding.EncodeToString),
		).Draw(t, "token")
		if _, _, err := readmodel.ParseUrgency(token); err != nil && fault.KindOf(err) != fault.Invalid {
			t.Errorf("work list: %v", err)
		}
		if _, err := readmodel.ParsePlace(token); err != nil && fault.KindOf(err) != fault.Invalid {
			t.Errorf("list: %v", err)
		}
	})
}

func TestTheWorkListHasOneOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := anyUrgency(t), anyUrgency(t), anyUrgency(t)
		if a.Compare(b) != -b.Compare(a) || (a.Compare(b) == 0) != (a == b) {
			t.Errorf("%+v and %+v: %d, %d", a, b, a.Compare(b), b.Compare(a))
		}
		if a.Compare(b) <= 0 && b.Compare(c) <= 0 && a.Compare(c) > 0 {
			t.Errorf("%+v, %+v and %+v go round", a, b, c)
		}
	})
}

func TestAClockCountedInHoursStandsAmongThoseCountedInDays(t *testing.T) {
	on := casework.Day(20_000)
	noon := on.Time().Unix() + 12*60*60
	clocks := []casework.Clock{
		{Name: "the day before", DueOn: on - 1},
		{Name: "at noon", DueOn: on, DueAt: noon},
		{Name: "that day", DueOn: on},
		{Name: "at noon of the next day", DueOn: on + 1, DueAt: noon + 24*60*60},
		{Name: "the next day", DueOn: on + 1},
	}
	var places []readmodel.Urgency
	for i, k := range clocks {
		places = append(places, readmodel.UrgencyOf(7, k, i))
	}
	if !slices.IsSortedFunc(places, readmodel.Urgency.Compare) {
		t.Errorf("not in order: %+v", places)
	}
}

func TestAListIsCountedToAThousandUnlessAnotherBoundIsAskedFor(t *testing.T) {
	for _, c := range []struct {
		bound, matches, total int
		more                  bool
	}{
		{0, 0, 0, false},
		{0, 999, 999, false},
		{0, 1000, 1000, false},
		{0, 1001, 1000, true},
		{0, 78_549, 1000, true},
		{-1, 1001, 1000, true},
		{3, 2, 2, false},
		{3, 3, 3, false},
		{3, 4, 3, true},
		{5000, 1001, 1001, false},
	} {
		total, more := readmodel.Page{CountTo: c.bound}.Counted(c.matches)
		if total != c.total || more != c.more {
			t.Errorf("%d matches counted to %d are %d, more %v", c.matches, c.bound, total, more)
		}
	}
}

func TestAPageOfNoSizeHasOne(t *testing.T) {
	for size, want := range map[int]int{0: 50, -3: 50, 1: 1, 500: 500} {
		if got := (readmodel.Page{Size: size}).Limit(); got != want {
			t.Errorf("size %d gives %d rows, want %d", size, got, want)
		}
	}
}
