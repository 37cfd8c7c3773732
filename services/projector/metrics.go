package projector

import (
	"github.com/prometheus/client_golang/prometheus"
)

// name makes the name of a metric.
func name(of string) string { return prometheus.BuildFQName("percorsi", "projection", of) }

// newBatchSeconds makes the histogram of how long batches take to fold and to
// write: from a millisecond, for one record, to a minute, for a database in
// need.
func newBatchSeconds() prometheus.Histogram {
	return prometheus.NewHistogram(prometheus.HistogramOpts{
		Name:    name("batch_seconds"),
		Help:    "Time to fold and write one batch, in this process.",
		Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60},
	})
}

// measure is one metric that is read off a look.
type measure struct {
	desc *prometheus.Desc
	kind prometheus.ValueType
	of   func(look) float64
}

func newMeasure(of, help string, kind prometheus.ValueType, read func(look) float64) measure {
	return measure{desc: prometheus.NewDesc(name(of), help, nil, nil), kind: kind, of: read}
}

// metrics shows what the projector saw the last time it looked, at most a
// second ago while it runs.
type metrics struct {
	p        *Projector
	measures []measure
	health   *prometheus.Desc
}

var _ prometheus.Collector = (*metrics)(nil)

// Metrics gives the metrics of the projector. A scrape asks neither the log nor
// the database: it shows the last look, of which Run takes one a second.
func (p *Projector) Metrics() prometheus.Collector {
	gauge := func(of, help string, read func(look) float64) measure {
		return newMeasure(of, help, prometheus.GaugeValue, read)
	}
	return &metrics{
		p: p,
		measures: []measure{
			gauge("position", "Position of the last commit in the read model.", func(l look) float64 { return float64(l.Position) }),
			gauge("log_position", "Position of the last commit in the log.", func(l look) float64 { return float64(l.Last) }),
			gauge("lag_facts", "Positions between the two: what is not folded yet, a commit counted once however many facts it has.", func(l look) float64 { return float64(l.Lag) }),
			gauge("lag_seconds", "Age of the oldest commit that is not folded; 0 for none.", func(l look) float64 { return l.Behind.Seconds() }),
			newMeasure("facts_total", "Facts folded by this process.", prometheus.CounterValue, func(l look) float64 { return float64(l.Facts) }),
			gauge("rate", "Facts that this process folded in each second of the last minute.", func(l look) float64 { return l.Rate }),
			gauge("quarantined", "Streams that stopped at a fact which cannot be folded.", func(l look) float64 { return float64(l.Quarantined) }),
			gauge("leading", "1 in the process that writes the read model, 0 in one that follows.", func(l look) float64 { return truth(l.Leading) }),
			gauge("up", "1 if the log and the read model answered at the last look; if not, the others show what they answered last.", func(l look) float64 { return truth(l.whole) }),
		},
		health: prometheus.NewDesc(name("health"), "1 for the state that the read model is in.", []string{"state"}, nil),
	}
}

// Describe gives every metric there is.
func (m *metrics) Describe(to chan<- *prometheus.Desc) {
	for _, one := range m.measures {
		to <- one.desc
	}
	to <- m.health
	m.p.took.Describe(to)
}

// Collect gives the values. Before the first look there are none but those of
// the histogram.
func (m *metrics) Collect(to chan<- prometheus.Metric) {
	m.p.took.Collect(to)
	seen := m.p.seen.Load()
	if seen == nil {
		return
	}
	for _, one := range m.measures {
		to <- prometheus.MustNewConstMetric(one.desc, one.kind, one.of(*seen))
	}
	for _, h := range Healths() {
		to <- prometheus.MustNewConstMetric(m.health, prometheus.GaugeValue, truth(h == seen.Health), string(h))
	}
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}
