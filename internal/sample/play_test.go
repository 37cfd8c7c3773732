package sample_test

import (
	"testing"

	"percorsi/internal/casework"
	"percorsi/internal/sample"
)

// day reads a day of a test.
func day(t *testing.T, s string) casework.Day {
	t.Helper()
	d, err := casework.ParseDay(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// play plays a district against an office.
func play(t *testing.T, o *office, cfg sample.Config) sample.Summary {
	t.Helper()
	cfg.Conn, cfg.Token = o, token
	if cfg.To == 0 {
		cfg.To = casework.DayOf(o.now)
	}
	sum, err := sample.Play(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	return sum
}

func TestTheRulesAcceptEveryCommandOfTheDistrict(t *testing.T) {
	for seed := range uint64(3) {
		o := openOffice(t, "2026-11-22")
		sum := play(t, o, sample.Config{Seed: seed, Cases: 700})
		t.Logf("%+v", sum)
	}
}
