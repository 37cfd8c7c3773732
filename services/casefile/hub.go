package casefile

import (
	"context"
	"sync"
	"time"

	"percorsi/internal/casework"
	"percorsi/internal/fault"
	"percorsi/internal/readmodel"
)

// hub follows what changes for everybody who watches a work list, so that the
// clocks of a case that changed are counted once and not for each of them. It is
// at work while somebody watches.
type hub struct {
	model Model
	rules []casework.ClockRule
	today func() casework.Day

	mu    sync.Mutex
	desks map[*desk]bool
	// work is nil while nobody watches.
	work *shift
}

// shift is the hub at work.
type shift struct {
	ready chan struct{} // closed once nothing is missed any more
	end   context.CancelFunc
}

// news is a case as it has become.
type news struct {
	state  *casework.Case
	clocks []casework.Clock
}

// join gives a desk that is told of everything from now on. ofPerson is set for
// a list that asks for a person. Whoever joins leaves.
func (h *hub) join(ctx context.Context, ofPerson bool) (*desk, error) {
	d := &desk{ofPerson: ofPerson, signal: make(chan struct{}, 1)}
	h.mu.Lock()
	if h.work == nil {
		working, cancel := context.WithCancel(context.WithoutCancel(ctx)) // for others too, who may stay longer
		h.work = &shift{ready: make(chan struct{}), end: cancel}
		h.desks = make(map[*desk]bool)
		go h.follow(working, h.work)
		go h.days(working)
	}
	work := h.work
	h.desks[d] = true
	h.mu.Unlock()
	select {
	case <-work.ready:
		return d, nil
	case <-ctx.Done():
		h.leave(d)
		return nil, ctx.Err()
	}
}

func (h *hub) leave(d *desk) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.desks, d)
	if len(h.desks) == 0 && h.work != nil {
		h.work.end()
		h.work = nil
	}
}

// each does something with every desk.
func (h *hub) each(do func(*desk)) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for d := range h.desks {
		do(d)
	}
}

// follow tells what changes until nobody watches, or it cannot be read: then
// everybody who watches is told so, and the next to come begins anew.
func (h *hub) follow(ctx context.Context, work *shift) {
	page, err := h.model.Feed(ctx, 0)
	close(work.ready)
	for err == nil {
		if page, err = h.model.Feed(ctx, page.Next); err == nil {
			err = h.tell(ctx, page)
		}
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.work != work { // nobody watches, or others do
		return
	}
	work.end()
	for d := range h.desks {
		d.fail(err)
	}
	h.work, h.desks = nil, nil
}

// tell tells every desk of what has changed.
func (h *hub) tell(ctx context.Context, page readmodel.FeedPage) error {
	if !page.Whole {
		h.each((*desk).begin)
		return nil
	}
	if page.People {
		h.each(func(d *desk) {
			if d.ofPerson {
				d.begin()
			}
		})
	}
	for _, id := range page.Cases {
		c, err := h.model.Case(ctx, id)
		if err != nil {
			if err = h.unlessStopped(ctx, id, err); err != nil {
				return err
			}
			continue
		}
		n := news{state: c, clocks: casework.Running(h.rules, c)}
		h.each(func(d *desk) { d.put(n) })
	}
	return nil
}

// unlessStopped drops the error of a case of which nothing could be folded: it is
// in no list.
func (h *hub) unlessStopped(ctx context.Context, id casework.CaseID, err error) error {
	if fault.KindOf(err) == fault.NotFound {
		return nil
	}
	if _, stopped, asked := h.model.QuarantineOf(ctx, streamOf(id)); asked == nil && stopped {
		return nil
	}
	return err
}

// dayAgain is how often it is looked whether there is a new day.
const dayAgain = time.Minute

// days lets every list begin anew with each day: what is due within some days,
// and how many are left, is another matter then.
func (h *hub) days(ctx context.Context) {
	t := time.NewTicker(dayAgain)
	defer t.Stop()
	for day := h.today(); ; {
		select {
		case <-t.C:
		case <-ctx.Done():
			return
		}
		if now := h.today(); now != day {
			day = now
			h.each((*desk).begin)
		}
	}
}
