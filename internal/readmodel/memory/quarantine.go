package memory

import (
	"cmp"
	"context"
	"slices"

	"percorsi/internal/casework"
	"percorsi/internal/eventlog"
	"percorsi/internal/readmodel"
)

// quarantines is every stream that stopped, in the order they did.
type quarantines struct {
	list []readmodel.Quarantine
	of   map[eventlog.Stream]int
}

func (q *quarantines) add(next readmodel.Quarantine) {
	q.of[next.Stream] = len(q.list)
	q.list = append(q.list, next)
}

func (q *quarantines) find(s eventlog.Stream) (readmodel.Quarantine, bool) {
	i, ok := q.of[s]
	if !ok {
		return readmodel.Quarantine{}, false
	}
	return q.list[i], true
}

func streamOf(id casework.CaseID) eventlog.Stream {
	return eventlog.Stream(readmodel.CaseStream + "." + id.String())
}

func personStream(id string) eventlog.Stream {
	return eventlog.Stream(readmodel.PersonStream + "." + id)
}

func planStream(id string) eventlog.Stream {
	return eventlog.Stream(readmodel.PlanStream + "." + id)
}

// Quarantined gives the streams that stopped, in the order they did.
func (m *Model) Quarantined(ctx context.Context, p readmodel.Page) (readmodel.QuarantinePage, error) {
	after, err := readmodel.ParsePlace(p.Token)
	if err != nil {
		return readmodel.QuarantinePage{}, err
	}
	if err := ctx.Err(); err != nil {
		return readmodel.QuarantinePage{}, err
	}
	m.mu.RLock()
	defer m.mu.RUnlock()
	list := m.stopped.list
	from, _ := slices.BinarySearchFunc(list, after+1, func(q readmodel.Quarantine, at casework.Position) int {
		return cmp.Compare(q.At, at)
	})
	to := min(len(list), from+p.Limit())
	out := readmodel.QuarantinePage{
		Rows: slices.Clone(list[from:to]), Total: len(list), Position: casework.Position(m.reached.Load()),
	}
	if to < len(list) {
		out.Next = readmodel.Place(list[to-1].At)
	}
	return out, nil
}

// QuarantineOf tells whether a stream stopped, and why.
func (m *Model) QuarantineOf(ctx context.Context, s eventlog.Stream) (readmodel.Quarantine, bool, error) {
	if err := ctx.Err(); err != nil {
		return readmodel.Quarantine{}, false, err
	}
	m.mu.RLock()
	defer m.mu.RUnlock()
	q, ok := m.stopped.find(s)
	return q, ok, nil
}
