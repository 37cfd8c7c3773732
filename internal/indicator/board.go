package indicator

import (
	"context"
	"slices"
	"sync"

	"percorsi/internal/casework"
)

// Board keeps the figures of one plan live. What each case contributes is
// kept, so a case that changed costs its own evaluation, and a figure costs
// the same however many cases there are.
//
// Touch and TouchPerson only note what changed; Run, or else the next
// question, evaluates it. A board that was touched with the same newest states
// in any order gives the same figures as one that was built from scratch: a
// replay is a board that is touched with the states of the past and asked
// once.
//
// A Board may be used by any number of goroutines. New figures need a plan
// that was compiled anew, and so a new Board.
type Board struct {
	program *Program
	today   func() casework.Day

	// pending guards what was noted and is not evaluated yet.
	pending sync.Mutex
	dirty   map[casework.CaseID]*casework.Case
	people  map[string]Attributes
	keys    map[string]string
	wake    chan struct{}

	// folding is held by the one goroutine that evaluates.
	folding sync.Mutex

	// state guards all below. It is written with folding held.
	state sync.RWMutex
	seen  view
	// places tells where a case stands in the cases of the view.
	places     map[casework.CaseID]int
	attributes map[string]Attributes
	// keyOf has the key of each person who is counted under another one. Who
	// holds folding reads it without state.
	keyOf map[string]string
	// casesOf counts the cases under each key.
	casesOf map[string]int
	cells   []tally
}

// view is what a board held at one moment. Nothing in it is changed once it is
// there, only replaced, so a copy can be read without a lock.
type view struct {
	program *Program
	day     casework.Day
	cases   []*held
	facts   PlanFacts
	ofPlan  []contribution
	// registered tells, for each definition, whether anything was ever
	// recorded in the plan that it could count.
	registered []bool
}

// held is a case with what it contributes, by definition.
type held struct {
	c *casework.Case
	// key is what the person of the case is counted under.
	key           string
	contributions []contribution
}

// of gives what the case contributes to one definition.
func (h *held) of(definition int) []contribution { return ofDefinition(h.contributions, definition) }

// ofDefinition gives the part of a list that belongs to one definition.
func ofDefinition(list []contribution, definition int) []contribution {
	at := func(d int) int {
		i, _ := slices.BinarySearchFunc(list, d, func(c contribution, d int) int { return int(c.definition) - d })
		return i
	}
	return list[at(definition):at(definition+1)]
}

// NewBoard makes a board without cases. today gives the day that figures stand
// at: the day of the office for live figures, the day asked for in a replay.
func NewBoard(p *Program, today func() casework.Day) *Board {
	return &Board{
		program: p, today: today,
		dirty: map[casework.CaseID]*casework.Case{}, people: map[string]Attributes{}, keys: map[string]string{},
		wake:   make(chan struct{}, 1),
		seen:   view{program: p, day: today(), registered: make([]bool, len(p.definitions))},
		places: map[casework.CaseID]int{}, attributes: map[string]Attributes{}, keyOf: map[string]string{}, casesOf: map[string]int{},
		cells: make([]tally, p.cells()),
	}
}

// Program gives the plan that the board counts.
func (b *Board) Program() *Program { return b.program }

// Touch notes the newest state of a case and what is known of its person. It
// costs next to nothing. A state older than one noted before changes nothing.
func (b *Board) Touch(c *casework.Case, who Attributes) {
	b.pending.Lock()
	if noted := b.dirty[c.ID]; noted == nil || noted.Last <= c.Last {
		b.dirty[c.ID] = c
	}
	b.people[c.Person] = who
	b.pending.Unlock()
	b.signal()
}

// TouchPerson notes what is known of a person; the zero Attributes of one who
// was erased. It costs next to nothing.
func (b *Board) TouchPerson(person string, who Attributes) {
	b.pending.Lock()
	b.people[person] = who
	b.pending.Unlock()
	b.signal()
}

// Regroup notes under which key a person is counted from now on: all who have
// the same one are counted as one person. Without it, it is the person. It costs
// next to nothing now, and a look at every case when it is evaluated.
func (b *Board) Regroup(person, key string) {
	b.pending.Lock()
	b.keys[person] = key
	b.pending.Unlock()
	b.signal()
}

func (b *Board) signal() {
	select {
	case b.wake <- struct{}{}:
	default:
	}
}

// Run evaluates what was noted as it comes, in small slices, so that questions
// find little left to do. It ends when ctx does, with its error.
func (b *Board) Run(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-b.wake:
		}
		for more := true; more; {
			if err := ctx.Err(); err != nil {
				return err
			}
			more = b.foldSlice()
		}
	}
}

// SetPlanFacts says what is recorded about the plan itself, whole.
func (b *Board) SetPlanFacts(facts PlanFacts) {
	b.folding.Lock()
	defer b.folding.Unlock()
	next := b.evaluatePlan(facts)
	registered := b.program.registered(facts, next)
	b.state.Lock()
	defer b.state.Unlock()
	b.replacePlan(facts, next)
	b.seen.registered = registered
}

func (b *Board) evaluatePlan(facts PlanFacts) []contribution {
	var out []contribution
	b.program.evaluate(b.seen.day, func(e *evaluation) {
		e.ofPlan(facts)
		out = slices.Clone(e.out)
	})
	return out
}

// replacePlan takes away what the plan contributed and adds what it does now.
func (b *Board) replacePlan(facts PlanFacts, next []contribution) {
	b.addOfPlan(-1)
	b.seen.facts, b.seen.ofPlan = facts, next
	b.addOfPlan(1)
}

// addOfPlan counts what the plan contributes sign times.
func (b *Board) addOfPlan(sign int64) {
	for i := range b.seen.ofPlan {
		c := &b.seen.ofPlan[i]
		if b.program.definitions[c.definition].ownNumbers && !c.failed() {
			b.cell(c).addOwn(b.seen.facts.Supplied[c.unit()], sign)
			continue
		}
		b.cell(c).add(c, sign)
	}
}

func (b *Board) cell(c *contribution) *tally {
	return &b.cells[b.program.cell(int(c.definition), int(c.span))]
}
