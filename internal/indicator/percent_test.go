package indicator

import (
	"math/big"
	"testing"
)

func TestPercentagesAreRoundedHalfAwayFromZero(t *testing.T) {
	for _, c := range []struct {
		a, b int64
		want float64
	}{
		{1, 3, 33.33},
		{2, 3, 66.67},
		{1, 8, 12.5},
		{1, 800, 0.13},
		{-1, 800, -0.13},
		{1, 801, 0.12},
		{0, 5, 0},
		{7, 7, 100},
		{-2, 3, -66.67},
		{1, 20_000, 0.01},
		{1, 20_001, 0},
		{999_999, 1_000_000, 100},
		{1_000_000_000_000_000, 3, 33333333333333333.33},
	} {
		if got := rounded(percent(c.a, c.b)); got != c.want {
			t.Errorf("100 x %d / %d = %v, want %v", c.a, c.b, got, c.want)
		}
	}
}

func TestBandsHaveNoGaps(t *testing.T) {
	for achieved, want := range map[float64]string{
		-3: "nullo", 0: "nullo", 0.01: "insufficiente", 49.99: "insufficiente", 50: "sufficiente",
		79.5: "sufficiente", 80: "buono", 99.99: "buono", 100: "ottimo", 412: "ottimo",
	} {
		if got := band(achieved); got != want {
			t.Errorf("band(%v) = %s, want %s", achieved, got, want)
		}
	}
}

func TestAchievementIsDoneOverPlanned(t *testing.T) {
	for _, c := range []struct {
		name          string
		done, planned float64
		ceiling       bool
		want          float64
	}{
		{"half of the target", 30, 60, false, 50},
		{"twice the target is shown as it is", 120, 60, false, 200},
		{"a target with a decimal", 0.3, 0.1, false, 300},
		{"nothing done", 0, 60, false, 0},
		{"a figure that fell below 0", -5, 60, false, 0},
		{"a target of 0", 0, 0, false, 100},
		{"a ceiling held", 20, 40, true, 200},
		{"a ceiling broken", 80, 40, true, 50},
		{"nothing under a ceiling", 0, 40, true, 100},
		{"a ceiling of 0 broken", 3, 0, true, 0},
		{"a ceiling of 0 held", 0, 0, true, 100},
	} {
		got := rounded(achievement(exact(c.done), exact(c.planned), c.ceiling))
		if got != c.want {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
	}
}

func TestADoubleMeansTheDecimalItWasWrittenAs(t *testing.T) {
	if exact(7.1).Cmp(big.NewRat(71, 10)) != 0 {
		t.Errorf("7.1 became %v", exact(7.1))
	}
	if exact(1e-7).Cmp(big.NewRat(1, 10_000_000)) != 0 {
		t.Errorf("1e-7 became %v", exact(1e-7))
	}
}
