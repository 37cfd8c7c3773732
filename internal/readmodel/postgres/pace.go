package postgres

import (
	"sync"
	"time"

	"percorsi/internal/readmodel"
)

// tellEvery is how often somebody who waits is told how far it is.
const tellEvery = 250 * time.Millisecond

// pace tells how far a long work is, how fast it goes and how long it will
// take. It is safe for concurrent use.
type pace struct {
	report func(readmodel.Progressing)

	mu          sync.Mutex
	phase       string
	began, told time.Time
	done, total uint64
}

func newPace(report func(readmodel.Progressing)) *pace {
	if report == nil {
		report = func(readmodel.Progressing) {}
	}
	return &pace{report: report}
}

// begin begins another phase. A total of 0 stands for one that is not known.
func (p *pace) begin(phase string, total uint64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.phase, p.total, p.done, p.began = phase, total, 0, time.Now()
	p.tell(p.began)
}

// add counts what was done.
func (p *pace) add(n uint64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.done += n
	if p.done&0xff != 0 && n == 1 {
		return // spare the clock
	}
	if now := time.Now(); now.Sub(p.told) >= tellEvery || p.done == p.total {
		p.tell(now)
	}
}

func (p *pace) tell(now time.Time) {
	p.told = now
	out := readmodel.Progressing{Phase: p.phase, Done: p.done, Total: p.total}
	if took := now.Sub(p.began).Seconds(); took > 0 && p.done > 0 {
		out.PerSecond = float64(p.done) / took
		if p.total > p.done {
			out.Left = time.Duration(float64(p.total-p.done) / out.PerSecond * float64(time.Second))
		}
	}
	p.report(out)
}
