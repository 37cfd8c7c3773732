package projector

import (
	"testing"
	"time"
)

func TestTheRateIsThatOfTheLastMinute(t *testing.T) {
	type count struct {
		at    time.Duration
		facts uint64
	}
	for name, tt := range map[string]struct {
		counted []count
		asked   time.Duration
		want    float64
	}{
		"nothing":                        {nil, time.Hour, 0},
		"in its first second":            {[]count{{0, 50}, {300 * time.Millisecond, 30}}, 500 * time.Millisecond, 80},
		"after ten seconds":              {[]count{{0, 50}, {9 * time.Second, 50}}, 9 * time.Second, 10},
		"a minute of sixty a second":     {[]count{{0, 60}, {30 * time.Second, 3540}}, 59 * time.Second, 60},
		"what is older has gone":         {[]count{{0, 1_000_000}, {100 * time.Second, 120}}, 101 * time.Second, 2},
		"a second of the minute before":  {[]count{{5 * time.Second, 600}, {65 * time.Second, 60}}, 65 * time.Second, 1},
		"long idle":                      {[]count{{0, 1_000_000}}, time.Hour, 0},
		"the last second of the minute":  {[]count{{0, 600}}, 59 * time.Second, 10},
		"the first second after it went": {[]count{{0, 600}}, 60 * time.Second, 0},
	} {
		t.Run(name, func(t *testing.T) {
			var p pace
			began := time.Unix(1_750_000_000, 0)
			for _, c := range tt.counted {
				p.add(began.Add(c.at), c.facts)
			}
			if got := p.perSecond(began.Add(tt.asked)); got != tt.want {
				t.Errorf("%v facts a second, want %v", got, tt.want)
			}
		})
	}
}
