package casetest

import (
	"math/rand/v2"
	"slices"

	"github.com/google/uuid"
	"google.golang.org/protobuf/proto"

	"percorsi/internal/casework"
	"percorsi/internal/correction"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// Correct gives a log of cases with n corrections in it, each somewhere behind
// what it corrects: days that were wrong, facts that should not be there, and
// corrections that should not. A case whose opening is voided is void as a whole,
// whatever else is in it.
func Correct(seed uint64, log []*eventv1.Commit, n int) []*eventv1.Commit {
	rng := rand.New(rand.NewPCG(seed, 7))
	log = slices.Clone(log)
	for range n {
		i := rng.IntN(len(log))
		of := log[i]
		at := i + 1 + rng.IntN(len(log)-i)
		f := correctionOf(rng, of)
		next := proto.CloneOf(of)
		next.RecordedAt = log[at-1].GetRecordedAt()
		next.CommitId, next.CommandId = id(rng), id(rng)
		next.CommandDigest = []byte(next.GetCommandId()[:16])
		next.Facts = []*eventv1.Fact{f}
		log = slices.Insert(log, at, next)
	}
	return log
}

func correctionOf(rng *rand.Rand, of *eventv1.Commit) *eventv1.Fact {
	wrong := of.GetFacts()[0]
	if correction.Is(wrong) || rng.IntN(3) == 0 {
		return &eventv1.Fact{OccurredOn: wrong.GetOccurredOn(), Fact: &eventv1.Fact_FactVoided{FactVoided: &eventv1.FactVoided{
			CommandId: of.GetCommandId(), Reason: eventv1.CorrectionReason_CORRECTION_REASON_NOT_HAPPENED,
		}}}
	}
	right := proto.CloneOf(wrong)
	if day, err := casework.ParseDay(wrong.GetOccurredOn()); err == nil {
		right.OccurredOn = (day + casework.Day(rng.IntN(61)-30)).String()
	}
	return &eventv1.Fact{OccurredOn: wrong.GetOccurredOn(), Fact: &eventv1.Fact_FactAmended{FactAmended: &eventv1.FactAmended{
		CommandId: of.GetCommandId(), Replacement: right, Reason: eventv1.CorrectionReason_CORRECTION_REASON_WRONG_DATE,
	}}}
}

// id makes an id by chance.
func id(rng *rand.Rand) string {
	var b [16]byte
	for i := range b {
		b[i] = byte(rng.IntN(256))
	}
	return uuid.UUID(b).String()
}
