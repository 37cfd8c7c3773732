package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"testing"
	"time"

	"percorsi/internal/casework"
	"percorsi/internal/eventlog/memlog"
	"percorsi/internal/readmodel"
	"percorsi/internal/readmodel/memory"
)

const (
	atFirst = 60
	later   = 6
)

// played gives a small district that has told everything, with its log.
func played(t *testing.T) (*district, *memlog.Log) {
	t.Helper()
	d, err := newDistrict(atFirst, later)
	if err != nil {
		t.Fatal(err)
	}
	log := memlog.New(time.Now)
	if err := d.fill(t.Context(), log, io.Discard); err != nil {
		t.Fatal(err)
	}
	if _, err := d.newCases(t.Context(), log); err != nil {
		t.Fatal(err)
	}
	for range heldBack - 1 {
		before := d.facts.Load()
		at, err := d.byChance(t.Context(), log)
		if err != nil {
			t.Fatal(err)
		}
		if n := int(at) - int(before); n != len(d.goesOn) || n < atFirst/2 {
			t.Errorf("%d facts by chance, of %d cases that go on", n, len(d.goesOn))
		}
	}
	for {
		at, err := d.live(t.Context(), log)
		if errors.Is(err, errAllTold) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if last, err := log.Last(t.Context()); err != nil || at != last {
			t.Fatalf("a live fact is at %d, the log ends at %d, %v", at, last, err)
		}
	}
	return d, log
}

func TestADistrictTellsItsStoriesToTheEnd(t *testing.T) {
	d, log := played(t)
	want := 1 // the plan
	for i, s := range d.cases {
		if s.left() != 0 {
			t.Errorf("case %d: %d facts are not told", i, s.left())
		}
		want += len(s.pages)
	}
	if last, err := log.Last(t.Context()); err != nil || int(last) != want {
		t.Errorf("the log ends at %d, want %d, %v", last, want, err)
	}
}

func TestADistrictFoldsWithoutAFault(t *testing.T) {
	d, log := played(t)
	m := memory.New(memory.Config{Today: func() casework.Day { return 21_000 }})
	for r, err := range log.Read(t.Context(), 0, 0) {
		if err != nil {
			t.Fatal(err)
		}
		if err := m.Apply(t.Context(), []readmodel.Delivery{readmodel.Decode(r)}); err != nil {
			t.Fatal(err)
		}
	}
	stopped, err := m.Quarantined(t.Context(), readmodel.Page{})
	if err != nil || stopped.Total != 0 {
		t.Fatalf("%d streams stopped, %v: %+v", stopped.Total, err, stopped.Rows)
	}
	if p, err := m.Plan(t.Context(), ""); err != nil || len(p.Plan.GetObjectives()) == 0 {
		t.Errorf("there is no plan to count figures by: %v", err)
	}
	managed := 0
	for i, s := range d.cases {
		c, err := m.Case(t.Context(), s.id)
		if err != nil {
			t.Fatal(err)
		}
		if c.CaseManager == "" {
			continue
		}
		managed++
		if !slices.Contains(operatorsOf(i), c.CaseManager) {
			t.Errorf("case %d has the case manager %s of another office", i, c.CaseManager)
		}
	}
	if managed < atFirst/6 {
		t.Errorf("only %d cases have a case manager", managed)
	}
}

// operatorsOf gives the five operators of the office of the i-th case.
func operatorsOf(i int) (out []string) {
	for nth := range 5 {
		out = append(out, fmt.Sprintf("op-%03d", i%offices*5+nth))
	}
	return out
}

func TestAPercentileIsOneOfTheTimes(t *testing.T) {
	var times []time.Duration
	for i := range 200 {
		times = append(times, time.Duration(200-i))
	}
	for p, want := range map[int]time.Duration{0: 1, 50: 101, 99: 199, 100: 200} {
		if got := percentile(times, p); got != want {
			t.Errorf("p%d is %d, want %d", p, got, want)
		}
	}
	if got := percentile(nil, 99); got != 0 {
		t.Errorf("of no times %d", got)
	}
}
