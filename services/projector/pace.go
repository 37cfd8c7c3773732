package projector

import (
	"sync"
	"time"
)

// paceSeconds is how far back the rate looks.
const paceSeconds = 60

// pace counts facts by the second, for the rate of the last minute. The zero
// value is ready. It is safe for concurrent use.
type pace struct {
	mu      sync.Mutex
	began   int64 // the first second that something was counted in
	seconds [paceSeconds]struct {
		unix  int64
		facts uint64
	}
}

// add counts n facts.
func (p *pace) add(now time.Time, n uint64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	unix := now.Unix()
	if p.began == 0 {
		p.began = unix
	}
	s := &p.seconds[unix%paceSeconds]
	if s.unix != unix {
		s.unix, s.facts = unix, 0
	}
	s.facts += n
}

// perSecond gives the facts of each second, over the last minute or since the
// first.
func (p *pace) perSecond(now time.Time) float64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.began == 0 {
		return 0
	}
	unix, total := now.Unix(), uint64(0)
	for _, s := range p.seconds {
		if s.unix > unix-paceSeconds {
			total += s.facts
		}
	}
	return float64(total) / float64(min(unix-p.began+1, paceSeconds))
}
