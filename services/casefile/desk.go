package casefile

import (
	"context"
	"sync"

	"percorsi/internal/casework"
)

// mostNews bounds what waits for one who watches and does not take it: then the
// list begins anew, which is no more than it has.
const mostNews = 1_000

// desk is where the hub leaves what one watcher has to be told. The hub never
// waits for a watcher.
type desk struct {
	ofPerson bool
	signal   chan struct{} // there is something to take

	mu sync.Mutex
	// cases are those that changed, the newest state of each, in the order in
	// which they did.
	cases map[casework.CaseID]news
	order []casework.CaseID
	anew  bool
	err   error
}

// put leaves a case.
func (d *desk) put(n news) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.anew {
		return // the list is read after this
	}
	if _, ok := d.cases[n.state.ID]; !ok {
		d.order = append(d.order, n.state.ID)
	}
	if d.cases == nil {
		d.cases = make(map[casework.CaseID]news)
	}
	d.cases[n.state.ID] = n
	if len(d.order) > mostNews {
		d.clear()
		d.anew = true
	}
	d.ring()
}

// begin lets the list begin anew.
func (d *desk) begin() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.clear()
	d.anew = true
	d.ring()
}

// fail ends the watch.
func (d *desk) fail(err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.err = err
	d.ring()
}

func (d *desk) clear() { d.cases, d.order = nil, nil }

func (d *desk) ring() {
	select {
	case d.signal <- struct{}{}:
	default: // it rings already
	}
}

// take waits for something, and takes it: cases that changed, or that the list
// begins anew.
func (d *desk) take(ctx context.Context) (cases []news, anew bool, err error) {
	select {
	case <-d.signal:
	case <-ctx.Done():
		return nil, false, ctx.Err()
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, id := range d.order {
		cases = append(cases, d.cases[id])
	}
	anew, d.anew = d.anew, false
	d.clear()
	return cases, anew, d.err
}

// read forgets what came before the list is read.
func (d *desk) read() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.clear()
	d.anew = false
}
