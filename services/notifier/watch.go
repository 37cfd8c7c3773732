package notifier

import (
	"context"
	"errors"
	"time"

	"percorsi/internal/casework"
	"percorsi/internal/eventlog"
)

const (
	// watchEvery is the time between two looks at how far the notifier is.
	watchEvery = 5 * time.Second
	// lookWithin bounds a look.
	lookWithin = 5 * time.Second
)

// look is where a notifier stood at one moment.
type look struct {
	at     casework.Position // everything up to here was told
	last   eventlog.Position // where the log ended
	behind time.Duration     // the age of the oldest commit behind at
	works  bool              // this process gives notices, and knows at
	whole  bool              // the log answered
}

// lag gives how many positions lie between the notifier and the end of the log.
func (l look) lag() uint64 {
	if eventlog.Position(l.at) >= l.last {
		return 0
	}
	return uint64(l.last) - uint64(l.at)
}

// watch looks from time to time at how far the notifier is: what it sees is what
// the metrics show.
func (n *Notifier) watch(ctx context.Context) error {
	for {
		n.look(ctx)
		if !wait(ctx, watchEvery) {
			return ctx.Err()
		}
	}
}

func (n *Notifier) look(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, lookWithin)
	defer cancel()
	l := look{at: casework.Position(n.told.Load()), works: n.works.Load()}
	if before := n.looked.Load(); before != nil {
		l.last = before.last
	}
	l.whole = n.ask(ctx, &l) == nil
	n.looked.Store(&l)
}

// ask fills in what the log says.
func (n *Notifier) ask(ctx context.Context, l *look) error {
	last, err := n.cfg.Log.Last(ctx)
	if err != nil {
		return err
	}
	if l.last = last; l.lag() == 0 {
		return nil
	}
	oldest, err := n.cfg.Log.At(ctx, eventlog.Position(l.at)+1)
	switch {
	case errors.Is(err, eventlog.ErrNotFound): // a hole: who goes through the log will tell
		return nil
	case err != nil:
		return err
	}
	l.behind = max(time.Since(oldest.StoredAt), 0)
	return nil
}
