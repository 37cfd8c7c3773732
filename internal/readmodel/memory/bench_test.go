package memory_test

import (
	"bytes"
	"cmp"
	"context"
	"flag"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"percorsi/deploy/clocks"
	"percorsi/internal/access"
	"percorsi/internal/casework"
	"percorsi/internal/casework/casetest"
	"percorsi/internal/casework/clockfile"
	"percorsi/internal/eventlog"
	"percorsi/internal/fact"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	"percorsi/internal/readmodel"
	"percorsi/internal/readmodel/memory"
)

// The size of the district of the benchmarks: 100,000 cases are those of a
// region, and take some minutes to write.
var benchCases = flag.Int("cases", 10_000, "cases in the district of the benchmarks")

// stories is how many different histories there are in a large district; the
// others are theirs under other names.
const stories = 2_000

// crowd writes the log of n cases in the order they were recorded.
func crowd(b *testing.B, n int) []eventlog.Record {
	b.Helper()
	type line struct {
		at   time.Time
		data []byte
		s    eventlog.Stream
	}
	var lines []line
	told := min(n, stories)
	for seed := range told {
		story := casetest.Story(uint64(seed), casetest.Pathways()[seed%4])
		name := story[0].GetCommandId()
		var encoded [][]byte
		for _, c := range story {
			data, err := fact.Encode(c)
			if err != nil {
				b.Fatal(err)
			}
			encoded = append(encoded, data)
		}
		for copies := 0; copies*told+seed < n; copies++ {
			id := uuid.NewString()
			for i, data := range encoded {
				lines = append(lines, line{
					at:   story[i].GetRecordedAt().AsTime().Add(time.Duration(copies) * time.Minute),
					data: bytes.ReplaceAll(data, []byte(name), []byte(id)),
					s:    eventlog.Stream(readmodel.CaseStream + "." + id),
				})
			}
		}
	}
	slices.SortStableFunc(lines, func(a, b line) int { return a.at.Compare(b.at) })
	records := make([]eventlog.Record, len(lines))
	for i, l := range lines {
		records[i] = eventlog.Record{Position: eventlog.Position(i + 1), Stream: l.s, Data: l.data}
	}
	return records
}

func empty(b *testing.B) *memory.Model {
	b.Helper()
	rules, err := clockfile.Read(clocks.YAML())
	if err != nil {
		b.Fatal(err)
	}
	return memory.New(memory.Config{Clocks: rules, Today: func() casework.Day { return 21_000 }})
}

// foldAll decodes beside the fold, as the projector does.
func foldAll(b *testing.B, m *memory.Model, records []eventlog.Record) {
	b.Helper()
	batches := make(chan []readmodel.Delivery, 16)
	go func() {
		defer close(batches)
		for part := range slices.Chunk(records, 256) {
			var batch []readmodel.Delivery
			for _, r := range part {
				batch = append(batch, readmodel.Decode(r))
			}
			batches <- batch
		}
	}()
	for batch := range batches {
		if err := m.Apply(b.Context(), batch); err != nil {
			b.Fatal(err)
		}
	}
}

func heap() uint64 {
	runtime.GC()
	var s runtime.MemStats
	runtime.ReadMemStats(&s)
	return s.HeapAlloc
}

func BenchmarkFold(b *testing.B) {
	records := crowd(b, *benchCases)
	for b.Loop() {
		before := heap()
		m := empty(b)
		began := time.Now()
		foldAll(b, m, records)
		folded := time.Since(began)
		if err := m.Settle(b.Context()); err != nil {
			b.Fatal(err)
		}
		settled := time.Since(began) - folded
		after := heap()
		page, err := m.Quarantined(b.Context(), readmodel.Page{})
		if err != nil || page.Total > 0 {
			b.Fatalf("%d streams stopped, %v: %+v", page.Total, err, page.Rows)
		}
		b.ReportMetric(float64(len(records))/folded.Seconds(), "facts/s")
		b.ReportMetric(settled.Seconds(), "settle-s")
		b.ReportMetric(float64(after-before)/float64(*benchCases), "B/case")
		b.ReportMetric(float64(len(records))/float64(*benchCases), "facts/case")
		runtime.KeepAlive(m)
	}
}

// BenchmarkLists asks for pages while facts go on being folded.
func BenchmarkLists(b *testing.B) {
	records := crowd(b, *benchCases)
	m := empty(b)
	foldAll(b, m, records)
	manager := access.Caller{User: "op-001", Role: access.CaseManager, Body: "ACSI"}
	planner := access.Caller{User: "op-900", Role: access.Planner}
	first := readmodel.Page{Size: 50}
	for name, ask := range map[string]func(context.Context) error{
		"cases": func(ctx context.Context) error {
			_, err := m.Cases(ctx, readmodel.SeenBy(planner), readmodel.CaseFilter{}, first)
			return err
		},
		"cases-of-a-status": func(ctx context.Context) error {
			_, err := m.Cases(ctx, readmodel.SeenBy(manager), readmodel.CaseFilter{Status: casework.InCharge, Comune: "098031"}, first)
			return err
		},
		"clocks": func(ctx context.Context) error {
			_, err := m.Clocks(ctx, readmodel.SeenBy(planner), readmodel.ClockFilter{}, first)
			return err
		},
		"clocks-of-a-manager": func(ctx context.Context) error {
			_, err := m.Clocks(ctx, readmodel.SeenBy(manager), readmodel.ClockFilter{CaseManager: "op-001"}, first)
			return err
		},
		"clocks-of-a-body": func(ctx context.Context) error {
			_, err := m.Clocks(ctx, readmodel.SeenBy(manager), readmodel.ClockFilter{ManagingBody: "ACSI"}, first)
			return err
		},
	} {
		b.Run(name, func(b *testing.B) {
			if err := ask(b.Context()); err != nil {
				b.Fatal(err)
			}
			var took []time.Duration
			for b.Loop() {
				b.StopTimer()
				more(b, m, 10)
				b.StartTimer()
				began := time.Now()
				if err := ask(b.Context()); err != nil {
					b.Fatal(err)
				}
				took = append(took, time.Since(began))
			}
			slices.SortFunc(took, func(a, b time.Duration) int { return cmp.Compare(a, b) })
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
		})
	}
}

// more opens n cases.
func more(b *testing.B, m *memory.Model, n int) {
	b.Helper()
	at, err := m.Position(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	var batch []readmodel.Delivery
	for i := range n {
		c := casetest.Story(1<<40+uint64(at)+uint64(i), eventv1.Pathway_PATHWAY_ADI)[0]
		data, err := fact.Encode(c)
		if err != nil {
			b.Fatal(err)
		}
		batch = append(batch, readmodel.Decode(eventlog.Record{
			Position: eventlog.Position(at) + eventlog.Position(i) + 1, Stream: eventlog.Stream(c.GetStream()), Data: data,
		}))
	}
	if err := m.Apply(b.Context(), batch); err != nil {
		b.Fatal(err)
	}
}
