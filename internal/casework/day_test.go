package casework_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"percorsi/internal/casework"
)

func TestADayIsWrittenAsItIsRead(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := casework.Day(rapid.Int32Range(-700_000, 2_900_000).Filter(func(n int32) bool { return n != 0 }).Draw(t, "day"))
		got, err := casework.ParseDay(d.String())
		if err != nil || got != d {
			t.Fatalf("%s is read as %d (%v), want %d", d, got, err, d)
		}
		if casework.DayOf(d.Time()) != d || d.Year() != d.Time().Year() {
			t.Fatalf("%s: time %s, year %d", d, d.Time(), d.Year())
		}
	})
}

func TestNoDayIsTheZeroDay(t *testing.T) {
	d, err := casework.ParseDay("")
	if d != 0 || err != nil || d.String() != "" {
		t.Errorf("got %d %q (%v)", d, d, err)
	}
}

func TestWhatIsNoDayIsRefused(t *testing.T) {
	for _, s := range []string{"2025-02-29", "2025-13-01", "31/03/2025", "2025-3-1", "2025-03-31T10:00:00Z", " 2025-03-31"} {
		if d, err := casework.ParseDay(s); err == nil {
			t.Errorf("%q is read as %s", s, d)
		}
	}
}

func TestTheDayOfAMomentIsThatOfItsZone(t *testing.T) {
	office := time.FixedZone("office", 60*60)
	for moment, want := range map[time.Time]string{
		time.Date(2025, 3, 31, 23, 30, 0, 0, time.UTC):            "2025-03-31",
		time.Date(2025, 3, 31, 23, 30, 0, 0, time.UTC).In(office): "2025-04-01",
		time.Date(1969, 12, 31, 0, 0, 0, 0, time.UTC):             "1969-12-31",
		time.Date(1969, 12, 30, 23, 59, 59, 0, time.UTC):          "1969-12-30",
	} {
		if got := casework.DayOf(moment).String(); got != want {
			t.Errorf("%s is on %s, want %s", moment, got, want)
		}
	}
}

func TestMonthsEndOnTheLastDayTheyHave(t *testing.T) {
	for _, tc := range []struct {
		from   string
		months int
		want   string
	}{
		{"2025-01-15", 1, "2025-02-15"},
		{"2025-01-31", 1, "2025-02-28"},
		{"2024-01-31", 1, "2024-02-29"},
		{"2025-08-31", 6, "2026-02-28"},
		{"2025-12-31", 12, "2026-12-31"},
		{"2025-03-31", -1, "2025-02-28"},
		{"2025-01-15", -13, "2023-12-15"},
		{"2025-05-31", 0, "2025-05-31"},
	} {
		if got := day(tc.from).AddMonths(tc.months).String(); got != tc.want {
			t.Errorf("%s and %d months: %s, want %s", tc.from, tc.months, got, tc.want)
		}
	}
}
