package casetest

import (
	"math/rand/v2"
	"slices"
	"time"

	"github.com/google/uuid"

	"percorsi/internal/casework"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

var pathways = []eventv1.Pathway{
	eventv1.Pathway_PATHWAY_ADI, eventv1.Pathway_PATHWAY_SELF,
	eventv1.Pathway_PATHWAY_DISCHARGE, eventv1.Pathway_PATHWAY_GENERALE,
}

// Pathways gives every pathway that a story can follow.
func Pathways() []eventv1.Pathway { return slices.Clone(pathways) }

// Story gives the history of one case of 1 to 60 commits, the first of which
// opens it. Recorded moments rise; days of facts may lie before them. It panics
// where the domain refuses its own commits.
func Story(seed uint64, pathway eventv1.Pathway) []*eventv1.Commit {
	rng := rand.New(rand.NewPCG(seed, uint64(pathway)))
	start := time.Date(2025, 1, 7, 8, 0, 0, 0, time.UTC).AddDate(0, 0, rng.IntN(600))
	return tell(NewTeller(rng, seed<<3|uint64(pathway), start), pathway, 1+rng.IntN(60))
}

// District gives the histories of n cases of every pathway as one log: in the
// order they were recorded. The position of a commit is its place, from 1. One
// case in eight is of a person who has another one.
func District(seed uint64, n int) []*eventv1.Commit {
	rng := rand.New(rand.NewPCG(seed, 0))
	var log []*eventv1.Commit
	var persons []uuid.UUID
	for i := range n {
		start := time.Date(2025, 1, 7, 8, 0, 0, 0, time.UTC).AddDate(0, 0, rng.IntN(600))
		t := NewTeller(rng, seed<<24|uint64(i), start)
		if i%8 == 7 {
			t.household[0] = persons[rng.IntN(i)]
		}
		persons = append(persons, t.household[0])
		log = append(log, tell(t, pathways[rng.IntN(len(pathways))], 1+rng.IntN(60))...)
	}
	slices.SortStableFunc(log, func(a, b *eventv1.Commit) int {
		return a.GetRecordedAt().AsTime().Compare(b.GetRecordedAt().AsTime())
	})
	return log
}

// tell tells a story of n commits.
func tell(t *Teller, pathway eventv1.Pathway, n int) []*eventv1.Commit {
	var c *casework.Case
	var story []*eventv1.Commit
	cmd := t.Open(pathway)
	for len(story) < n {
		if facts, err := casework.Decide(c, cmd, t.Now()); err == nil {
			commit := t.Commit(c, cmd, facts)
			next, err := casework.Evolve(c, casework.Position(len(story)+1), commit)
			if err != nil {
				panic(err)
			}
			c, story = next, append(story, commit)
		} else if c == nil {
			panic(err)
		}
		cmd = t.Propose(c)
	}
	return story
}

// Fold gives the case after commits at the positions from first on.
func Fold(c *casework.Case, first casework.Position, commits ...*eventv1.Commit) (*casework.Case, error) {
	for i, commit := range commits {
		next, err := casework.Evolve(c, first+casework.Position(i), commit)
		if err != nil {
			return nil, err
		}
		c = next
	}
	return c, nil
}
