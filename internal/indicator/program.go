package indicator

import (
	"crypto/sha256"
	"fmt"
	"math"
	"slices"
	"sync"

	lru "github.com/hashicorp/golang-lru/v2"
	"google.golang.org/protobuf/proto"

	"percorsi/internal/casework"
	"percorsi/internal/fault"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	"percorsi/internal/plan"
)

// Program is a plan whose definitions are compiled. It never changes and may
// be shared by goroutines.
type Program struct {
	plan        *eventv1.Plan
	spans       spans
	definitions []*definition
	// places tells, for each indicator in the order of the plan, which
	// definition counts it.
	places []int
	// indicators gives the place of an indicator in the plan.
	indicators map[string]int
	// readings holds what is read of the cases of each pathway; under 0 what is
	// read of any.
	readings map[eventv1.Pathway][]reading
	timed    bool
	// idle keeps evaluations that are not in use.
	idle sync.Pool
}

// reading is one side of the definition at a place.
type reading struct {
	at         int
	definition *definition
	side       *side
}

// programs keeps the newest ones by the digest of their plan.
var programs, _ = lru.New[[sha256.Size]byte, *Program](keptPrograms) // fails for a size of 0 only

// keptPrograms is how many: a plan has a version in force and few before it.
const keptPrograms = 8

// Compile checks a plan and compiles every definition. A process does so once:
// who checks a plan before it is published, the read models that fold it and those
// that are rebuilt get the same program. The plan may change afterwards.
//
// The error is a *fault.Error of kind Invalid: what plan.Check says of the plan, or
// else one violation for each problem of an expression, with the field as
// indicators[A1.OUT.1].definition.hit and the place in the source as line:column.
func Compile(p *eventv1.Plan) (*Program, error) {
	written, err := proto.MarshalOptions{Deterministic: true}.Marshal(p)
	if err != nil {
		return nil, fmt.Errorf("digest of a plan: %w", err)
	}
	digest := sha256.Sum256(written)
	if program, ok := programs.Get(digest); ok {
		return program, nil
	}
	program, err := newProgram(proto.CloneOf(p))
	if err != nil {
		return nil, err
	}
	programs.Add(digest, program)
	return program, nil
}

func newProgram(p *eventv1.Plan) (*Program, error) {
	if err := plan.Check(p); err != nil {
		return nil, err
	}
	periods, err := spansOf(p)
	if err != nil {
		return nil, err
	}
	envs, err := scopes()
	if err != nil {
		return nil, err
	}
	out := &Program{plan: p, spans: periods, indicators: map[string]int{}}
	c := &compiling{envs: envs}
	own := map[string]int{}
	for at, i := range p.GetIndicators() {
		out.indicators[i.GetIndicatorId()] = at
		if i.GetDefinition() == nil {
			continue
		}
		own[i.GetIndicatorId()] = len(out.definitions)
		d := c.definition(i)
		out.definitions = append(out.definitions, d)
		out.timed = out.timed || d.timed
	}
	if len(c.violations) > 0 {
		return nil, &fault.Error{Kind: fault.Invalid, Violations: c.violations}
	}
	if len(out.definitions) > math.MaxUint16 {
		return nil, fault.Field("indicators", "are too many: a plan has at most %d", math.MaxUint16)
	}
	out.places = placesOf(p, own)
	out.readings = readings(out.definitions)
	return out, nil
}

// readings finds, for each pathway, the definitions that look at its cases.
func readings(definitions []*definition) map[eventv1.Pathway][]reading {
	out := map[eventv1.Pathway][]reading{}
	for n := range eventv1.Pathway_name {
		pathway := eventv1.Pathway(n)
		for at, d := range definitions {
			if len(d.GetPathways()) > 0 && !slices.Contains(d.GetPathways(), pathway) {
				continue
			}
			for _, s := range d.sides {
				if s.inCases() {
					out[pathway] = append(out[pathway], reading{at: at, definition: d, side: s})
				}
			}
		}
	}
	return out
}

// readingsOf gives what is read of a case.
func (p *Program) readingsOf(pathway eventv1.Pathway) []reading {
	if r, known := p.readings[pathway]; known {
		return r
	}
	return p.readings[eventv1.Pathway_PATHWAY_UNSPECIFIED]
}

func spansOf(p *eventv1.Plan) (spans, error) {
	from, err := casework.ParseDay(p.GetFrom())
	if err != nil {
		return spans{}, fmt.Errorf("first day of the plan: %w", err)
	}
	to, err := casework.ParseDay(p.GetTo())
	if err != nil {
		return spans{}, fmt.Errorf("last day of the plan: %w", err)
	}
	return newSpans(from, to)
}

// placesOf finds the definition of each indicator: its own, or the one that it
// shares. The plan was checked, so there is one.
func placesOf(p *eventv1.Plan, own map[string]int) []int {
	out := make([]int, len(p.GetIndicators()))
	for at, i := range p.GetIndicators() {
		name := i.GetIndicatorId()
		if i.GetSharedWith() != "" {
			name = i.GetSharedWith()
		}
		out[at] = own[name]
	}
	return out
}

// Plan gives the plan that was compiled. It must not be changed.
func (p *Program) Plan() *eventv1.Plan { return p.plan }

// Periods gives the years of the plan, and last the plan as a whole.
func (p *Program) Periods() []Span { return p.spans.list[:p.spans.years+1] }

// cell gives the place of a definition and a span among the cells of a board.
func (p *Program) cell(definition, span int) int { return definition*len(p.spans.list) + span }

// cells is how many of them there are.
func (p *Program) cells() int { return len(p.definitions) * len(p.spans.list) }
