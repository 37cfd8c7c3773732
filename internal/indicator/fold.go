package indicator

import (
	"context"
	"maps"
	"runtime"
	"slices"
	"sync"

	"percorsi/internal/casework"
)

// sliceSize is how many cases are evaluated between two looks at the context,
// and added while readers wait.
const sliceSize = 256

// settle evaluates all that was noted before the call, and brings what depends
// on the day to today.
func (b *Board) settle(ctx context.Context) error {
	b.folding.Lock()
	defer b.folding.Unlock()
	cases := b.take()
	for len(cases) > 0 {
		if err := ctx.Err(); err != nil {
			b.putBack(cases)
			return err
		}
		n := min(sliceSize, len(cases))
		b.fold(cases[:n])
		cases = cases[n:]
	}
	b.reachDay(b.today())
	return nil
}

// foldSlice evaluates one slice of what was noted, and tells whether there is
// more.
func (b *Board) foldSlice() bool {
	b.folding.Lock()
	defer b.folding.Unlock()
	cases := b.takeSome(sliceSize)
	b.fold(cases)
	return len(cases) == sliceSize
}

// take takes over all that was noted.
func (b *Board) take() []*casework.Case { return b.takeSome(-1) }

// takeSome takes over what was noted of persons, and of at most n cases; of
// all where n is below 0.
func (b *Board) takeSome(n int) []*casework.Case {
	b.regroup()
	b.pending.Lock()
	var people map[string]Attributes
	if len(b.people) > 0 {
		people, b.people = b.people, map[string]Attributes{}
	}
	var cases []*casework.Case
	for id, c := range b.dirty {
		if len(cases) == n {
			break
		}
		cases = append(cases, c)
		delete(b.dirty, id)
	}
	b.pending.Unlock()
	b.meet(people)
	return cases
}

// regroup takes over under which keys persons are counted, and notes their
// cases, to be evaluated again. Only who holds folding calls it.
func (b *Board) regroup() {
	b.pending.Lock()
	var keys map[string]string
	if len(b.keys) > 0 {
		keys, b.keys = b.keys, map[string]string{}
	}
	b.pending.Unlock()
	maps.DeleteFunc(keys, func(person, key string) bool { return b.key(person) == key })
	if len(keys) == 0 {
		return
	}
	for person, key := range keys {
		if key == person {
			delete(b.keyOf, person)
			continue
		}
		b.keyOf[person] = key
	}
	var again []*casework.Case
	for _, h := range b.seen.cases {
		if _, other := keys[h.c.Person]; other {
			again = append(again, h.c)
		}
	}
	b.putBack(again)
}

// key gives what a person is counted under.
func (b *Board) key(person string) string {
	if key, other := b.keyOf[person]; other {
		return key
	}
	return person
}

// meet takes over what is known of persons.
func (b *Board) meet(people map[string]Attributes) {
	if len(people) == 0 {
		return
	}
	b.state.Lock()
	defer b.state.Unlock()
	maps.Copy(b.attributes, people)
}

// putBack notes cases again, where none newer was noted meanwhile.
func (b *Board) putBack(cases []*casework.Case) {
	b.pending.Lock()
	for _, c := range cases {
		if noted := b.dirty[c.ID]; noted == nil || noted.Last < c.Last {
			b.dirty[c.ID] = c
		}
	}
	b.pending.Unlock()
	b.signal()
}

// fold evaluates cases and replaces what they contributed.
func (b *Board) fold(cases []*casework.Case) {
	next := b.evaluateAll(cases, func(e *evaluation, c *casework.Case) { e.ofCase(c, b.key(c.Person), false) })
	b.state.Lock()
	defer b.state.Unlock()
	for i, c := range cases {
		b.hold(&held{c: c, key: b.key(c.Person), contributions: next[i]})
	}
}

// hold puts a case in the place of its older state.
func (b *Board) hold(next *held) {
	at, known := b.places[next.c.ID]
	if !known {
		b.places[next.c.ID] = len(b.seen.cases)
		b.seen.cases = append(b.seen.cases, next)
	} else {
		old := b.seen.cases[at]
		if old.c.Last > next.c.Last {
			return
		}
		b.addAll(old.contributions, -1)
		b.countCase(old.key, -1)
		b.seen.cases[at] = next
	}
	b.addAll(next.contributions, 1)
	b.countCase(next.key, 1)
}

func (b *Board) countCase(key string, n int) {
	b.casesOf[key] += n
	if b.casesOf[key] == 0 {
		delete(b.casesOf, key)
	}
}

// evaluateAll gives what each case contributes, using the processors there
// are. It holds no lock that readers wait for.
func (b *Board) evaluateAll(cases []*casework.Case, read func(*evaluation, *casework.Case)) [][]contribution {
	const worthSharing = 16
	out := make([][]contribution, len(cases))
	workers := 1
	if len(cases) >= worthSharing {
		workers = runtime.GOMAXPROCS(0)
	}
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			for i := w; i < len(cases); i += workers {
				b.program.evaluate(b.seen.day, func(e *evaluation) {
					read(e, cases[i])
					out[i] = slices.Clone(e.out)
				})
			}
		})
	}
	wg.Wait()
	return out
}

func (b *Board) addAll(list []contribution, sign int64) {
	for i := range list {
		b.cell(&list[i]).add(&list[i], sign)
	}
}

// reachDay evaluates again what depends on the day, once the day is another.
func (b *Board) reachDay(day casework.Day) {
	if day == b.seen.day {
		return
	}
	b.state.Lock()
	b.seen.day = day
	b.state.Unlock()
	if !b.program.timed {
		return
	}
	cases := make([]*casework.Case, len(b.seen.cases))
	for i, h := range b.seen.cases {
		cases[i] = h.c
	}
	next := b.evaluateAll(cases, func(e *evaluation, c *casework.Case) { e.ofCase(c, b.key(c.Person), true) })
	ofPlan := b.evaluatePlan(b.seen.facts)
	b.state.Lock()
	defer b.state.Unlock()
	for i, h := range b.seen.cases {
		b.seen.cases[i] = b.withTimed(h, next[i])
	}
	b.replacePlan(b.seen.facts, ofPlan)
}

// withTimed gives a case with other contributions that depend on the day.
func (b *Board) withTimed(h *held, timed []contribution) *held {
	list := make([]contribution, 0, len(h.contributions)+len(timed))
	for i := range h.contributions {
		c := &h.contributions[i]
		if b.program.definitions[c.definition].timed {
			b.cell(c).add(c, -1)
			continue
		}
		list = append(list, *c)
	}
	b.addAll(timed, 1)
	list = append(list, timed...)
	slices.SortStableFunc(list, func(x, y contribution) int { return int(x.definition) - int(y.definition) })
	return &held{c: h.c, key: h.key, contributions: list}
}
