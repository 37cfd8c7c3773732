package casework_test

import (
	"runtime"
	"testing"
	"time"

	"github.com/google/uuid"

	"percorsi/internal/casework"
	"percorsi/internal/casework/casetest"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// caseOf gives a case of n facts, with the moment of the last one.
func caseOf(b *testing.B, n int) (*casework.Case, time.Time) {
	b.Helper()
	for seed := uint64(0); ; seed++ {
		story := casetest.Story(seed, eventv1.Pathway_PATHWAY_GENERALE)
		if len(story) < n {
			continue
		}
		c, err := casetest.Fold(nil, 1, story[:n]...)
		if err != nil {
			b.Fatal(err)
		}
		if c.Status == casework.InCharge {
			return c, story[n-1].GetRecordedAt().AsTime()
		}
	}
}

func BenchmarkDecideAndEvolve(b *testing.B) {
	c, last := caseOf(b, 50)
	today := casework.DayOf(last).String()
	for name, f := range map[string]*eventv1.Fact{
		"adds":    on(today, &eventv1.ContactAttempted{Channel: eventv1.Channel_CHANNEL_PHONE}),
		"changes": on(today, &eventv1.NeedsRecorded{Needs: []eventv1.Need{eventv1.Need_NEED_CARE}}),
		"makes":   on(today, &eventv1.ProjectDrafted{Measure: eventv1.Measure_MEASURE_GENERALE, StartsOn: today}),
	} {
		b.Run(name, func(b *testing.B) {
			cmd := casework.Command{ID: uuid.UUID{1}, Fact: f, User: anna}
			part, err := cmd.Part()
			if err != nil {
				b.Fatal(err)
			}
			cmd.Revision = c.Revision(part)
			b.ReportAllocs()
			for b.Loop() {
				facts, err := casework.Decide(c, cmd, last)
				if err != nil {
					b.Fatal(err)
				}
				if _, err := casework.Evolve(c, c.Last+1, commitOf(cmd, facts...)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkFold(b *testing.B) {
	story := casetest.Story(0, eventv1.Pathway_PATHWAY_ADI)
	for seed := uint64(1); len(story) < 50; seed++ {
		story = casetest.Story(seed, eventv1.Pathway_PATHWAY_ADI)
	}
	story = story[:50]
	b.ReportAllocs()
	for b.Loop() {
		if _, err := casetest.Fold(nil, 1, story...); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(story)), "ns/fact")
}

// BenchmarkLongCase records 2,000 commands on one case, as a shelter that
// writes down every delivery might.
func BenchmarkLongCase(b *testing.B) {
	const commands = 2000
	b.ReportAllocs()
	for b.Loop() {
		c, _ := casework.Evolve(nil, 1, commitOf(command(0), generale()...))
		for i := range commands {
			cmd := casework.Command{ID: uuid.UUID{2, byte(i), byte(i >> 8)}, User: anna}
			cmd.Fact = on("2025-02-01", &eventv1.ContactAttempted{Channel: eventv1.Channel_CHANNEL_PHONE})
			facts, err := casework.Decide(c, cmd, now)
			if err != nil {
				b.Fatal(err)
			}
			if c, err = casework.Evolve(c, c.Last+1, commitOf(cmd, facts...)); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*commands), "ns/command")
}

// BenchmarkMemory keeps cases of 30 facts and reports what each of them holds.
func BenchmarkMemory(b *testing.B) {
	const facts = 30
	var stories [][]*eventv1.Commit
	for seed := uint64(0); len(stories) < 200; seed++ {
		for _, p := range casetest.Pathways() {
			if s := casetest.Story(seed, p); len(s) >= facts {
				stories = append(stories, s[:facts])
			}
		}
	}
	for b.Loop() {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		cases := make([]*casework.Case, len(stories))
		for i, s := range stories {
			c, err := casetest.Fold(nil, 1, s...)
			if err != nil {
				b.Fatal(err)
			}
			cases[i] = c
		}
		runtime.GC()
		runtime.ReadMemStats(&after)
		b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/float64(len(cases)), "bytes/case")
		runtime.KeepAlive(cases)
	}
	runtime.KeepAlive(stories)
}

func BenchmarkClocks(b *testing.B) {
	c, _ := caseOf(b, 50)
	rules := make([]casework.ClockRule, 14)
	for i := range rules {
		rules[i] = casework.ClockRule{
			Name: "X", Start: ref("signalled", "taken_in_charge"), Reset: ref("contact_attempted", "summoned"),
			Stop: ref("bed_left", "measure_decided/revoked"), Length: casework.Length{Days: 90},
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		if len(casework.Running(rules, c)) == 0 {
			b.Fatal("no clock runs")
		}
	}
}
