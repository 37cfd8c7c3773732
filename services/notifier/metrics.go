package notifier

import (
	"slices"

	"github.com/prometheus/client_golang/prometheus"

	noticev1 "percorsi/internal/gen/percorsi/notice/v1"
	"percorsi/internal/notice"
)

// name makes the name of a metric.
func name(of string) string { return prometheus.BuildFQName("percorsi", "notices", of) }

// newGiven makes the counters of the notices that were given, one for each kind
// there is.
func newGiven() *prometheus.CounterVec {
	given := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: name("given_total"), Help: "Notices that this process stored, by kind.",
	}, []string{"kind"})
	for value := range noticev1.NoticeKind_name {
		if kind := noticev1.NoticeKind(value); kind != noticev1.NoticeKind_NOTICE_KIND_UNSPECIFIED {
			given.WithLabelValues(notice.Name(kind))
		}
	}
	return given
}

// count counts notices that were stored.
func (n *Notifier) count(stored []*noticev1.Notice) {
	for _, one := range stored {
		n.given.WithLabelValues(notice.Name(one.GetKind())).Inc()
	}
}

// measure is one metric that is read off a look. Those of where the log is gone
// through are shown by who goes through it only.
type measure struct {
	desc    *prometheus.Desc
	working bool
	of      func(look) float64
}

// metrics shows what the notifier saw the last time it looked.
type metrics struct {
	n        *Notifier
	measures []measure
}

var _ prometheus.Collector = (*metrics)(nil)

// Metrics gives the metrics of the notifier. A scrape asks neither the log nor the
// outbox: it shows the last look, of which Run takes one every few seconds.
//
// That to be woken by is the age of the oldest commit of which nobody was told
// yet: it is a second or two, and grows as long as notices cannot be given,
// whatever the reason. A process that stands by does not have it. One that starts
// shows for a moment what was recorded since the outbox noted its place.
func (n *Notifier) Metrics() prometheus.Collector {
	gauge := func(of, help string, working bool, read func(look) float64) measure {
		return measure{desc: prometheus.NewDesc(name(of), help, nil, nil), working: working, of: read}
	}
	return &metrics{n: n, measures: []measure{
		gauge("position", "Position of the log up to which all notices were given.", true, func(l look) float64 { return float64(l.at) }),
		gauge("log_position", "Position of the last commit in the log.", false, func(l look) float64 { return float64(l.last) }),
		gauge("lag_facts", "Positions between the two: what was not gone through yet, a commit counted once however many facts it has.", true, func(l look) float64 { return float64(l.lag()) }),
		gauge("lag_seconds", "Age of the oldest commit whose notices were not given yet; 0 for none.", true, func(l look) float64 { return l.behind.Seconds() }),
		gauge("working", "1 in a process that gives notices; 0 in one that leaves it to another one or has not begun, which has neither position nor lag.", false, func(l look) float64 { return truth(l.works) }),
		gauge("up", "1 if the log answered at the last look; if not, the others show what it answered last.", false, func(l look) float64 { return truth(l.whole) }),
	}}
}

// Describe gives every metric there is.
func (m *metrics) Describe(to chan<- *prometheus.Desc) {
	for _, one := range m.measures {
		to <- one.desc
	}
	m.n.given.Describe(to)
}

// Collect gives the values. Before the first look there are none but those of the
// counters.
func (m *metrics) Collect(to chan<- prometheus.Metric) {
	m.n.given.Collect(to)
	seen := m.n.looked.Load()
	if seen == nil {
		return
	}
	shown := slices.DeleteFunc(slices.Clone(m.measures), func(one measure) bool { return one.working && !seen.works })
	for _, one := range shown {
		to <- prometheus.MustNewConstMetric(one.desc, prometheus.GaugeValue, one.of(*seen))
	}
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}
