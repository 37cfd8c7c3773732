package jetstream_test

import (
	"fmt"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	natsjs "github.com/nats-io/nats.go/jetstream"

	"percorsi/internal/eventlog"
	"percorsi/internal/platform/embednats"
)

// commitSize is the size of a usual commit, in bytes.
const commitSize = 300

// BenchmarkAppend measures durable appends to new streams, through the log and
// as bare guarded publishes with the same number in flight. The server syncs
// in both.
//
//	go test -run - -bench Append -benchtime 3s ./internal/eventlog/jetstream
func BenchmarkAppend(b *testing.B) {
	for _, writers := range []int{1, 8, 32, 64, 256} {
		for _, way := range ways {
			b.Run(fmt.Sprintf("%s/writers=%d", way.name, writers), func(b *testing.B) {
				race(b, writers, way.start(b))
			})
		}
	}
}

// ways are the log, and bare guarded publishes of the same bytes.
var ways = []struct {
	name  string
	start func(b *testing.B) func(i int64) error
}{
	{"log", startLog},
	{"bare", startBare},
}

func startLog(b *testing.B) func(i int64) error {
	b.Helper()
	l := open(b, embednats.Config{Dir: b.TempDir()})
	data := make([]byte, commitSize)
	return func(i int64) error {
		_, err := l.Append(b.Context(), eventlog.Entry{
			Stream: eventlog.Stream("case." + strconv.FormatInt(i, 10)),
			Expect: eventlog.ExpectEmpty(),
			Data:   data,
		})
		return err
	}
}

func startBare(b *testing.B) func(i int64) error {
	b.Helper()
	js := open(b, embednats.Config{Dir: b.TempDir()}).api(b)
	data := make([]byte, commitSize)
	return func(i int64) error {
		_, err := js.PublishMsg(b.Context(), &nats.Msg{
			Subject: "pz.lodi.case." + strconv.FormatInt(i, 10),
			Header:  nats.Header{natsjs.ExpectedLastSubjSeqHeader: []string{"0"}},
			Data:    data,
		})
		return err
	}
}

// race lets a number of writers do b.N things, each as soon as its last one is
// done.
func race(b *testing.B, writers int, do func(i int64) error) {
	b.Helper()
	var next atomic.Int64
	var wg sync.WaitGroup
	b.ResetTimer()
	for range writers {
		wg.Go(func() {
			for i := next.Add(1); i <= int64(b.N); i = next.Add(1) {
				if err := do(i); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "commits/s")
}

// BenchmarkLatency measures the 99th percentile of one append at 200 a second,
// which must not wait for anything.
//
//	go test -run - -bench Latency -benchtime 1000x ./internal/eventlog/jetstream
func BenchmarkLatency(b *testing.B) {
	for _, way := range ways {
		b.Run(way.name, func(b *testing.B) { pace(b, way.start(b)) })
	}
}

// pace starts b.N things, one every 5 ms, whether or not the last one is done.
func pace(b *testing.B, do func(i int64) error) {
	b.Helper()
	took := make([]time.Duration, b.N)
	var wg sync.WaitGroup
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	b.ResetTimer()
	for i := range b.N {
		<-tick.C
		wg.Go(func() {
			began := time.Now()
			if err := do(int64(i)); err != nil {
				b.Error(err)
			}
			took[i] = time.Since(began)
		})
	}
	wg.Wait()
	b.ReportMetric(percentile(took, 50), "p50-us")
	b.ReportMetric(percentile(took, 99), "p99-us")
}

// BenchmarkRead measures the reading of a whole log, through the log and as a
// bare ordered consumer.
//
//	go test -run - -bench Read -benchtime 5x ./internal/eventlog/jetstream
func BenchmarkRead(b *testing.B) {
	const n = 200_000
	l := open(b, embednats.Config{Dir: b.TempDir(), Unsynced: true})
	fill(b, l, n)
	b.Run("log", func(b *testing.B) {
		for b.Loop() {
			last := eventlog.Position(0)
			for r, err := range l.Read(b.Context(), 0, 0) {
				if err != nil {
					b.Fatal(err)
				}
				last = r.Position
			}
			if last != n {
				b.Fatalf("read %d records", last)
			}
		}
		b.ReportMetric(n*float64(b.N)/b.Elapsed().Seconds(), "records/s")
	})
	b.Run("bare", func(b *testing.B) {
		js := l.api(b)
		for b.Loop() {
			c, err := js.OrderedConsumer(b.Context(), "PZ-LODI", natsjs.OrderedConsumerConfig{})
			if err != nil {
				b.Fatal(err)
			}
			messages, err := c.Messages(natsjs.PullMaxMessages(20_000))
			if err != nil {
				b.Fatal(err)
			}
			for range n {
				if _, err := messages.Next(); err != nil {
					b.Fatal(err)
				}
			}
			messages.Stop()
		}
		b.ReportMetric(n*float64(b.N)/b.Elapsed().Seconds(), "records/s")
	})
}

// fill writes n commits of usual size over 10,000 cases, as fast as the server
// takes them.
func fill(b *testing.B, l *node, n int) {
	b.Helper()
	nc, err := l.server.Conn()
	if err != nil {
		b.Fatal(err)
	}
	js, err := natsjs.New(nc, natsjs.WithPublishAsyncMaxPending(4_000))
	if err != nil {
		b.Fatal(err)
	}
	data := make([]byte, commitSize)
	for i := range n {
		_, err := js.PublishMsgAsync(&nats.Msg{
			Subject: "pz.lodi.case." + strconv.Itoa(i%10_000),
			Header:  nats.Header{"Kind": []string{"intake"}},
			Data:    data,
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	<-js.PublishAsyncComplete()
}

// percentile gives the p-th percentile, in microseconds.
func percentile(took []time.Duration, p int) float64 {
	slices.Sort(took)
	return float64(took[(len(took)-1)*p/100].Microseconds())
}
