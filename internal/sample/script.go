package sample

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"slices"

	"github.com/google/uuid"
	"google.golang.org/protobuf/proto"

	"percorsi/internal/access"
	"percorsi/internal/casework"
)

// script is a story while it is made up. What happens is put on the agenda and
// told in the order of the days, so that strands of one case that know nothing
// of each other (a tirocinio, the meetings every 90 days) interleave as they do
// in life, and the story can end on any day.
type script struct {
	*district
	// name tells the story from all others, such as adi/12.
	name  string
	rng   *rand.Rand
	today casework.Day
	// agenda is what is still to come, by day.
	agenda []due
	steps  []step
	// beside draws what nothing else in the story hangs on, see aside.
	beside *script
	// err is the first thing that could not be made up.
	err error
}

// due is one thing on the agenda.
type due struct {
	on casework.Day
	do func()
}

// step is one command of a script.
type step struct {
	id uuid.UUID
	by access.Caller
	on casework.Day
	// file is the case it is for; nil for people and the plan.
	file *file
	// message is a fact, or a whole request where the command is for no case.
	message proto.Message
	// choice is set where the command meets a clash, and settles it.
	choice *settled
}

// newScript makes an empty story. Its random source depends on the district
// and the name alone, never on what is played beside it.
func newScript(d *district, name string) *script {
	h := fnv.New64a()
	_, _ = h.Write([]byte(d.base.String() + name)) // a hash takes every byte
	return &script{district: d, name: name, rng: rand.New(rand.NewPCG(d.seed, h.Sum64()))}
}

// aside gives a script to draw from what nothing else in the story hangs on: the
// rest of the story is the same with more of it or less.
func (s *script) aside() *script {
	if s.beside == nil {
		s.beside = newScript(s.district, s.name+"/aside")
	}
	return s.beside
}

// at puts something on the agenda; a day that has passed means today.
func (s *script) at(on casework.Day, do func()) {
	on = max(on, s.today)
	i, _ := slices.BinarySearchFunc(s.agenda, on+1, func(d due, on casework.Day) int { return int(d.on - on) })
	s.agenda = slices.Insert(s.agenda, i, due{on: on, do: do})
}

// after puts something on the agenda, some days from today.
func (s *script) after(shortest, longest int, do func()) {
	s.at(s.today+s.days(shortest, longest), do)
}

// tell makes the story up to its last day.
func (s *script) tell() {
	for len(s.agenda) > 0 && s.agenda[0].on <= s.to && s.err == nil {
		next := s.agenda[0]
		s.agenda = s.agenda[1:]
		s.today = next.on
		next.do()
	}
}

// add adds a command for something that happened on a day.
func (s *script) add(by access.Caller, on casework.Day, f *file, message proto.Message) uuid.UUID {
	id := s.nextID()
	s.steps = append(s.steps, step{id: id, by: by, on: on, file: f, message: message})
	return id
}

// nextID gives the id of the next command. What a command makes takes it, so
// the script knows the ids of its cases and projects before the server does.
func (s *script) nextID() uuid.UUID {
	return uuid.NewSHA1(s.base, fmt.Appendf(nil, "%s/%d", s.name, len(s.steps)))
}

// fail keeps the first error.
func (s *script) fail(err error) {
	if s.err == nil {
		s.err = err
	}
}
