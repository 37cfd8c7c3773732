package eventlog_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"percorsi/internal/eventlog"
	"percorsi/internal/eventlog/eventlogtest"
)

// differences compares and gives what was found, one word after the other.
func differences(ctx context.Context, log, copied eventlog.Reader) (string, error) {
	var found []string
	for d, err := range eventlog.Compare(ctx, log, copied, nil) {
		if err != nil {
			return strings.Join(found, "; "), err
		}
		found = append(found, d.String())
	}
	return strings.Join(found, "; "), nil
}

func TestEveryDifferenceIsNamedByItsPlace(t *testing.T) {
	const n = 12
	for name, tt := range map[string]struct {
		change func(log, copied *eventlogtest.Kept)
		want   string
	}{
		"none":                     {func(_, _ *eventlogtest.Kept) {}, ""},
		"a hole in the copy":       {func(_, c *eventlogtest.Kept) { c.Lose(3) }, "position 3: missing in the copy"},
		"a hole at the beginning":  {func(l, _ *eventlogtest.Kept) { l.Lose(1) }, "position 1: missing in the log"},
		"a hole at the end":        {func(_, c *eventlogtest.Kept) { c.Lose(n) }, "position 12: missing in the copy"},
		"a run of holes":           {func(_, c *eventlogtest.Kept) { c.Lose(3, 4, 5) }, "positions 3 to 5: missing in the copy"},
		"holes of both":            {func(l, c *eventlogtest.Kept) { l.Lose(3); c.Lose(3, 4) }, "position 3: missing in the log, missing in the copy; position 4: missing in the copy"},
		"a log that lost its tail": {func(l, _ *eventlogtest.Kept) { l.Cut(9) }, "positions 10 to 12: missing in the log"},
		"a tail and a hole before": {func(l, _ *eventlogtest.Kept) { l.Lose(9); l.Cut(9) }, "positions 9 to 12: missing in the log"},
		"a copy that is behind":    {func(_, c *eventlogtest.Kept) { c.Cut(9) }, ""},
		"another record": {func(_, c *eventlogtest.Kept) {
			c.Change(2, func(r *eventlog.Record) { r.Data, r.Stream = append(slices.Clone(r.Data), 1), "case.other" })
		}, "position 2: another stream, other bytes"},
		"two other records": {func(_, c *eventlogtest.Kept) {
			c.Change(2, func(r *eventlog.Record) { r.StoredAt = r.StoredAt.Add(1) })
			c.Change(3, func(r *eventlog.Record) { r.StoredAt = r.StoredAt.Add(1) })
		}, "position 2: another time; position 3: another time"},
	} {
		t.Run(name, func(t *testing.T) {
			log, copied := eventlogtest.Keep(eventlogtest.Records(n)), eventlogtest.Keep(eventlogtest.Records(n))
			tt.change(log, copied)
			if got, err := differences(t.Context(), log, copied); got != tt.want || err != nil {
				t.Errorf("found %q, %v, want %q", got, err, tt.want)
			}
		})
	}
}

func TestAComparisonEndsWithAnErrorThatIsNoHole(t *testing.T) {
	lost := errors.New("the connection is lost")
	log, copied := eventlogtest.Keep(eventlogtest.Records(5)), eventlogtest.Keep(eventlogtest.Records(5))
	log.Lose(2)
	copied.Break(4, lost)
	got, err := differences(t.Context(), log, copied)
	if !errors.Is(err, lost) || !strings.Contains(err.Error(), "the copy at position 4") || got != "position 2: missing in the log" {
		t.Errorf("ended with %v after %q", err, got)
	}
}

func TestAComparisonMayBeLeftAnywhere(t *testing.T) {
	log, copied := eventlogtest.Keep(eventlogtest.Records(9)), eventlogtest.Keep(eventlogtest.Records(9))
	for p := eventlog.Position(1); p <= 9; p += 2 {
		copied.Lose(p)
	}
	for stop := range 5 {
		seen := 0
		for _, err := range eventlog.Compare(t.Context(), log, copied, nil) {
			if err != nil {
				t.Fatal(err)
			}
			if seen++; seen > stop {
				break
			}
		}
		if seen != stop+1 {
			t.Errorf("left after %d of %d", seen, stop+1)
		}
	}
}

func TestAComparisonTellsHowFarItIs(t *testing.T) {
	var reached []eventlog.Position
	h := eventlogtest.Keep(eventlogtest.Records(4))
	for d, err := range eventlog.Compare(t.Context(), h, h, func(p eventlog.Position) { reached = append(reached, p) }) {
		t.Errorf("a log differs from itself: %v, %v", d, err)
	}
	if !slices.Equal(reached, []eventlog.Position{1, 2, 3, 4}) {
		t.Errorf("progress %v", reached)
	}
}

func TestWhateverIsChangedIsFoundAndNothingElse(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		const n = 40
		log, copied := eventlogtest.Keep(eventlogtest.Records(n)), eventlogtest.Keep(eventlogtest.Records(n))
		changed := map[eventlog.Position]bool{}
		for _, p := range rapid.SliceOfDistinct(rapid.IntRange(1, n), rapid.ID[int]).Draw(rt, "changed") {
			p := eventlog.Position(p)
			changed[p] = true
			switch rapid.IntRange(0, 3).Draw(rt, "how") {
			case 0:
				log.Lose(p)
			case 1:
				copied.Lose(p)
			case 2:
				copied.Change(p, func(r *eventlog.Record) { r.Data = append(slices.Clone(r.Data), 0) })
			default:
				copied.Change(p, func(r *eventlog.Record) { r.Header = map[string]string{"n": fmt.Sprint(p)} })
			}
		}
		for d, err := range eventlog.Compare(t.Context(), log, copied, nil) {
			if err != nil {
				rt.Fatal(err)
			}
			for p := d.First; p <= d.Last; p++ {
				if !changed[p] {
					rt.Fatalf("position %d was not changed, or is named twice", p)
				}
				delete(changed, p)
			}
		}
		if len(changed) > 0 {
			rt.Fatalf("not found: %v", changed)
		}
	})
}
