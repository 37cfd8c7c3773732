package projector

import (
	"testing"
	"time"

	"percorsi/internal/casework"
	"percorsi/internal/eventlog"
)

func TestHowAModelIsFollowsFromTwoLooks(t *testing.T) {
	type look struct {
		after time.Duration
		at    casework.Position
		last  eventlog.Position
		want  Health
	}
	for name, looks := range map[string][]look{
		"in step all the time":           {{0, 10, 10, Live}, {time.Hour, 10, 10, Live}, {time.Hour, 50, 50, Live}},
		"idle, then one that just came":  {{0, 10, 10, Live}, {time.Hour, 10, 11, Live}},
		"always a few behind":            {{0, 10, 12, Live}, {time.Minute, 500, 502, Live}, {time.Minute, 900, 903, Live}},
		"behind, and moving on":          {{0, 10, 1000, Live}, {6 * time.Second, 300, 1100, Late}, {time.Minute, 600, 1200, Late}},
		"late, then in step":             {{0, 10, 1000, Live}, {6 * time.Second, 300, 1000, Late}, {time.Second, 1000, 1000, Live}},
		"standing still":                 {{0, 10, 11, Live}, {6 * time.Second, 10, 11, Late}, {30 * time.Second, 10, 11, Stuck}},
		"stuck, then moving":             {{0, 10, 90, Live}, {time.Minute, 10, 90, Stuck}, {time.Second, 20, 90, Late}},
		"asked seldom, moving":           {{0, 10, 1000, Live}, {time.Hour, 999, 2000, Late}, {time.Hour, 2000, 3000, Live}},
		"asked seldom, what came is new": {{0, 10, 11, Live}, {time.Hour, 11, 12, Live}},
	} {
		t.Run(name, func(t *testing.T) {
			g := gauge{late: 5 * time.Second, stuck: 30 * time.Second}
			now := time.Unix(1_750_000_000, 0)
			for i, l := range looks {
				now = now.Add(l.after)
				if got := g.read(l.at, l.last, now); got != l.want {
					t.Errorf("look %d: %s, want %s", i+1, got, l.want)
				}
			}
		})
	}
}
