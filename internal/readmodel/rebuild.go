package readmodel

import (
	"fmt"
	"time"

	"percorsi/internal/casework"
)

// Progressing is how far a long work on a read model is.
type Progressing struct {
	// Phase says what is being done now, in a few words. Done and Total count
	// within it.
	Phase string
	Done  uint64
	// Total is 0 where it is not known.
	Total uint64
	// PerSecond is what was done in a second since the phase began; 0 where
	// that is not known yet.
	PerSecond float64
	// Left is how long the rest of the phase will take at that rate; 0 where
	// that is not known.
	Left time.Duration
}

// RebuildOptions say how a read model is built anew. The zero value goes on
// with what an earlier rebuild left unfinished, where the same program with the
// same rules began it.
type RebuildOptions struct {
	// Afresh begins at the beginning all the same.
	Afresh bool
}

// Rebuilt is what came of building a read model anew.
type Rebuilt struct {
	// Position is that of the last commit in the new rows.
	Position casework.Position
	Facts    uint64
	Cases    uint64
	// Took is the time from the call on, PerSecond the facts of each second.
	Took      time.Duration
	PerSecond float64
	// Resumed tells that an earlier rebuild was gone on with.
	Resumed bool
	// Swapped tells that readers see the new rows.
	Swapped bool
	// Differences are the first places, at most MaxDifferences, where the rows
	// that were replaced did not say what the log says; Total counts all
	// streams that had one.
	Differences []Difference
	Total       int
}

// MaxDifferences is how many differences are told one by one.
const MaxDifferences = 100

// Reconciled is what came of comparing a read model with the log.
type Reconciled struct {
	// Position is that of the log up to which was compared.
	Position casework.Position
	Cases    uint64
	Facts    uint64
	// Differences are the first of them, at most MaxDifferences; Total counts
	// all streams that have one.
	Differences []Difference
	Total       int
}

// Difference is one place where a read model does not say what the log says.
type Difference struct {
	// Stream is whose rows differ; empty for what belongs to no stream.
	Stream string
	// Table is where; empty for the stream as a whole.
	Table string
	// What says how. It names no person.
	What string
}

// String names the place and what differs there.
func (d Difference) String() string {
	switch {
	case d.Stream == "" && d.Table == "":
		return d.What
	case d.Stream == "":
		return fmt.Sprintf("%s: %s", d.Table, d.What)
	case d.Table == "":
		return fmt.Sprintf("%s: %s", d.Stream, d.What)
	default:
		return fmt.Sprintf("%s, %s: %s", d.Stream, d.Table, d.What)
	}
}

// Repaired is what came of folding one case again from its commits.
type Repaired struct {
	// Changed tells that its rows were not what the log says.
	Changed bool
	// Whole tells that every commit of it was folded. If not, it stays in
	// quarantine for Reason, which is for the operator.
	Whole  bool
	Reason string
}
