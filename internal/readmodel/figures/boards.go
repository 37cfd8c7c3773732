package figures

import (
	"iter"
	"sync"

	"percorsi/internal/casework"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	"percorsi/internal/indicator"
	"percorsi/internal/person"
	"percorsi/internal/plan"
)

// Opener opens what break-downs need of a person. While a person's key lives
// it gives the demographics; any error makes them not available.
type Opener interface {
	OpenDemographics(person string, sealed []byte) (*eventv1.Demographics, error)
}

// Config is what boards need besides the states.
type Config struct {
	// Opener may be nil: then figures are not split by what is sealed.
	Opener Opener
	// Today is the day that figures stand at.
	Today func() casework.Day
}

// Boards has the figures of every plan. Create it with New. The goroutine that
// folds, one at a time, tells it of cases, persons and plans; any number may
// ask at the same time.
type Boards struct {
	opener Opener
	today  func() casework.Day

	// live and people belong to the goroutine that folds.
	live   []*planned
	people people

	mu    sync.RWMutex
	plans map[string]*planned
}

// planned is one publication of a plan, with its figures. A publication that
// follows has figures of its own.
type planned struct {
	board *indicator.Board
	// state is guarded by the mu of the boards.
	state *plan.State

	// telling guards told: the state whose activities and supplied figures the
	// board has.
	telling sync.Mutex
	told    *plan.State
}

// New makes boards without a plan.
func New(cfg Config) *Boards {
	return &Boards{
		opener: cfg.Opener,
		today:  cfg.Today,
		people: newPeople(),
		plans:  make(map[string]*planned),
	}
}

// Case tells of the newest state of a case.
func (b *Boards) Case(c *casework.Case) {
	if len(b.live) == 0 {
		return
	}
	who := b.people.attributes(c.Person)
	for _, p := range b.live {
		p.board.Touch(c, who)
	}
}

// Person tells of the newest state of a person. Registrations that are linked
// are counted as one person.
func (b *Boards) Person(r *person.Record) {
	for _, id := range b.people.put(r, b.open(r)) {
		who := b.people.attributes(id)
		key, since := b.Key(id)
		for _, p := range b.live {
			p.board.TouchPerson(id, who)
			if since != 0 || key != id {
				p.board.Regroup(id, key)
			}
		}
	}
}

// Key gives the pseudonym that a person is counted under in evidence, and the
// position at which that became so; 0 if it was so from the beginning. Only the
// goroutine that folds may ask.
func (b *Boards) Key(person string) (key string, since casework.Position) {
	return b.people.key(person), b.people.since[person]
}

// open gives what figures are split by. What cannot be opened is not
// available; that is no reason to stop.
func (b *Boards) open(r *person.Record) indicator.Attributes {
	if b.opener == nil {
		return indicator.Attributes{}
	}
	d, err := b.opener.OpenDemographics(r.ID, r.Demographics)
	if err != nil {
		return indicator.Attributes{}
	}
	return indicator.AttributesOf(d)
}

// Plan tells of the newest state of a plan. A new publication is compiled and
// counted over every case, which all gives; otherwise all is not asked. program
// is what the publication compiles to, nil where nobody has compiled it yet. The
// error is that of indicator.Compile for a publication that does not compile:
// then the one before goes on, if there is one.
func (b *Boards) Plan(s *plan.State, program *indicator.Program, all iter.Seq[*casework.Case]) error {
	id := s.Plan.GetPlanId()
	current := b.find(id)
	if current == nil || current.state.PublishedAt != s.PublishedAt {
		next, err := b.planned(s, program, all)
		if err != nil {
			return err
		}
		current = next
	}
	b.put(id, current, s)
	return nil
}

// planned makes the figures of a publication from all that was told so far.
func (b *Boards) planned(s *plan.State, program *indicator.Program, all iter.Seq[*casework.Case]) (*planned, error) {
	if program == nil {
		var err error
		if program, err = indicator.Compile(s.Plan); err != nil {
			return nil, err
		}
	}
	p := &planned{board: indicator.NewBoard(program, b.today)}
	for id, of := range b.people.grouped {
		p.board.Regroup(id, of.key)
	}
	for c := range all {
		p.board.Touch(c, b.people.attributes(c.Person))
	}
	return p, nil
}

func (b *Boards) find(id string) *planned {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.plans[id]
}

// put makes a state of a plan visible, and its publication live.
func (b *Boards) put(id string, p *planned, s *plan.State) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.plans[id] = p
	p.state = s
	b.live = b.live[:0]
	for _, one := range b.plans {
		b.live = append(b.live, one)
	}
}
