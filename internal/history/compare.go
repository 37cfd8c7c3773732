package history

import (
	"context"
	"maps"
	"slices"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/structpb"

	"percorsi/internal/casework"
	casefilev1 "percorsi/internal/gen/percorsi/casefile/v1"
)

// farthest bounds the commits that Before looks through. Most parts are changed
// by facts of one type, and then the first commit it reads is the one.
const farthest = 500

// Before gives the newest fact of a type that changed a part of a case up to a
// revision; nil where there is none, or it lies too far back. It is what two
// people both started from.
func (r *Reader) Before(ctx context.Context, c *casework.Case, part casework.Part, kind string, seen casework.Revision, words bool) (*casefilev1.HistoryEntry, error) {
	read := 0
	for _, a := range slices.Backward(c.Commands) {
		if a.Position > casework.Position(seen) {
			continue
		}
		if read++; read > farthest {
			break
		}
		entries, err := r.at(ctx, c, a.Position, words)
		if err != nil {
			return nil, err
		}
		for _, e := range slices.Backward(entries) {
			if e.GetPart() == string(part) && e.GetType() == kind {
				return e, nil
			}
		}
	}
	return nil, nil
}

// Compare puts what two people said side by side, field by field, with what
// both started from, which may be nil. Fields that both fill in alike are left
// out. Fields are named as requests name them, in the order of their names.
func Compare(base, theirs, mine *casefilev1.HistoryEntry) []*casefilev1.FieldClash {
	out := compareDays(base, theirs, mine)
	return append(out, compareFields("fact", base.GetData(), theirs.GetData(), mine.GetData())...)
}

// compareDays compares the days on which the facts were true.
func compareDays(base, theirs, mine *casefilev1.HistoryEntry) []*casefilev1.FieldClash {
	if theirs.GetOccurredOn() == mine.GetOccurredOn() {
		return nil
	}
	day := func(e *casefilev1.HistoryEntry) *structpb.Value {
		if e.GetOccurredOn() == "" {
			return nil
		}
		return structpb.NewStringValue(e.GetOccurredOn())
	}
	return []*casefilev1.FieldClash{{Field: "command.occurred_on", Base: day(base), Theirs: day(theirs), Mine: day(mine)}}
}

// compareFields compares two objects. An object inside both is compared field
// by field; a list is one value, since its order and its length say something.
func compareFields(path string, base, theirs, mine *structpb.Struct) (out []*casefilev1.FieldClash) {
	names := maps.Clone(theirs.GetFields())
	if names == nil {
		names = map[string]*structpb.Value{}
	}
	maps.Copy(names, mine.GetFields())
	for _, name := range slices.Sorted(maps.Keys(names)) {
		b, t, m := base.GetFields()[name], theirs.GetFields()[name], mine.GetFields()[name]
		switch {
		case proto.Equal(t, m):
		case t.GetStructValue() != nil && m.GetStructValue() != nil:
			out = append(out, compareFields(path+"."+name, b.GetStructValue(), t.GetStructValue(), m.GetStructValue())...)
		default:
			out = append(out, &casefilev1.FieldClash{Field: path + "." + name, Base: b, Theirs: t, Mine: m})
		}
	}
	return out
}
