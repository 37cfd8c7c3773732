package history_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/testing/protocmp"
	"google.golang.org/protobuf/types/known/structpb"
	"pgregory.net/rapid"

	casefilev1 "percorsi/internal/gen/percorsi/casefile/v1"
	"percorsi/internal/history"
)

type fields = map[string]any

// said makes an entry that says something of a day.
func said(t testing.TB, day string, data fields) *casefilev1.HistoryEntry {
	t.Helper()
	object, err := structpb.NewStruct(data)
	if err != nil {
		t.Fatal(err)
	}
	return &casefilev1.HistoryEntry{OccurredOn: day, Data: object}
}

func value(t testing.TB, v any) *structpb.Value {
	t.Helper()
	if v == nil {
		return nil
	}
	out, err := structpb.NewValue(v)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestTwoVersionsAreComparedFieldByField(t *testing.T) {
	type line struct {
		field              string
		base, theirs, mine any
	}
	for _, tt := range []struct {
		name               string
		base, theirs, mine *casefilev1.HistoryEntry
		want               []line
	}{
		{
			"only what differs, in the order of the names",
			said(t, "2025-03-01", fields{"a": "1", "b": "1", "c": "1"}),
			said(t, "2025-03-01", fields{"a": "1", "b": "2", "c": "2"}),
			said(t, "2025-03-01", fields{"a": "1", "b": "1", "c": "3"}),
			[]line{{"fact.b", "1", "2", "1"}, {"fact.c", "1", "2", "3"}},
		},
		{
			"what both changed alike is no matter",
			said(t, "2025-03-01", fields{"a": "1"}), said(t, "2025-03-02", fields{"a": "2"}), said(t, "2025-03-02", fields{"a": "2"}),
			nil,
		},
		{
			"the days",
			said(t, "2025-03-01", nil), said(t, "2025-03-02", nil), said(t, "2025-03-03", nil),
			[]line{{"command.occurred_on", "2025-03-01", "2025-03-02", "2025-03-03"}},
		},
		{
			"a field that one of them leaves out",
			said(t, "2025-03-01", fields{"a": "1"}), said(t, "2025-03-01", fields{"b": "2"}), said(t, "2025-03-01", fields{"a": "1"}),
			[]line{{"fact.a", "1", nil, "1"}, {"fact.b", nil, "2", nil}},
		},
		{
			"nobody had said anything before",
			nil, said(t, "2025-03-01", fields{"a": "2"}), said(t, "2025-03-01", fields{"a": "3"}),
			[]line{{"fact.a", nil, "2", "3"}},
		},
		{
			"an object inside, field by field",
			said(t, "2025-03-01", fields{"o": fields{"x": 1, "y": 1}}),
			said(t, "2025-03-01", fields{"o": fields{"x": 2, "y": 1}}),
			said(t, "2025-03-01", fields{"o": fields{"x": 3, "y": 1}}),
			[]line{{"fact.o.x", 1, 2, 3}},
		},
		{
			"a list as one value",
			said(t, "2025-03-01", fields{"l": []any{"a"}}), said(t, "2025-03-01", fields{"l": []any{"a", "b"}}), said(t, "2025-03-01", fields{"l": []any{"b", "a"}}),
			[]line{{"fact.l", []any{"a"}, []any{"a", "b"}, []any{"b", "a"}}},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var want []*casefilev1.FieldClash
			for _, l := range tt.want {
				want = append(want, &casefilev1.FieldClash{Field: l.field, Base: value(t, l.base), Theirs: value(t, l.theirs), Mine: value(t, l.mine)})
			}
			if diff := cmp.Diff(want, history.Compare(tt.base, tt.theirs, tt.mine), protocmp.Transform()); diff != "" {
				t.Errorf("fields (-want +got):\n%s", diff)
			}
		})
	}
}

// TestTheFieldsTellAllThatDiffers takes theirs, puts what mine says into each
// field that is told, and has mine.
func TestTheFieldsTellAllThatDiffers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		draw := func(name string) *casefilev1.HistoryEntry {
			data := fields{}
			for k, v := range rapid.MapOf(rapid.StringMatching(`[a-e]`), rapid.IntRange(0, 2)).Draw(t, name) {
				data[k] = v
			}
			object, err := structpb.NewStruct(data)
			if err != nil {
				t.Fatal(err)
			}
			return &casefilev1.HistoryEntry{Data: object}
		}
		base, theirs, mine := draw("base"), draw("theirs"), draw("mine")
		made := map[string]*structpb.Value{}
		for k, v := range theirs.GetData().GetFields() {
			made["fact."+k] = v
		}
		for _, f := range history.Compare(base, theirs, mine) {
			if made[f.GetField()] = f.GetMine(); f.GetMine() == nil {
				delete(made, f.GetField())
			}
		}
		want := map[string]*structpb.Value{}
		for k, v := range mine.GetData().GetFields() {
			want["fact."+k] = v
		}
		if diff := cmp.Diff(want, made, protocmp.Transform()); diff != "" {
			t.Errorf("theirs with my fields is not mine (-mine +made):\n%s", diff)
		}
	})
}
