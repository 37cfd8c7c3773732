package privacy_test

import (
	"bytes"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/testing/protocmp"
	"pgregory.net/rapid"

	"percorsi/internal/fact"
	"percorsi/internal/fact/facttest"
	"percorsi/internal/fault"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	intakev1 "percorsi/internal/gen/percorsi/intake/v1"
	"percorsi/internal/privacy"
)

// words is a Text as a caller gives it.
func words(s string) *eventv1.Text {
	return &eventv1.Text{Form: &eventv1.Text_Plain{Plain: s}}
}

// wordsAbout are words about a person who is named.
func wordsAbout(person, s string) *eventv1.Text {
	text := words(s)
	text.About = person
	return text
}

func closing(note *eventv1.Text) *eventv1.Fact {
	return &eventv1.Fact{OccurredOn: "2025-03-31", Fact: &eventv1.Fact_Closed{Closed: &eventv1.Closed{
		Outcome: eventv1.Outcome_OUTCOME_POSITIVE, Note: note,
	}}}
}

func TestWordsAreSealedUnderTheKeyOfWhoTheyAreAbout(t *testing.T) {
	v := withKeys(t, anna, bruno)
	for name, c := range map[string]struct{ about, key string }{
		"of the case":      {"", anna},
		"of the household": {bruno, bruno},
	} {
		t.Run(name, func(t *testing.T) {
			f := closing(wordsAbout(c.about, "moved away"))
			if err := v.SealTexts(f, anna); err != nil {
				t.Fatal(err)
			}
			note := f.GetClosed().GetNote()
			if note.GetAbout() != c.about || note.GetPlain() != "" {
				t.Errorf("it became %v", note)
			}
			plain, err := v.Unseal(c.key, privacy.PurposeText, note.GetSealed())
			if err != nil || string(plain) != "moved away" {
				t.Errorf("it opens to %q, %v", plain, err)
			}
		})
	}
}

func TestEverythingElseInAFactStaysAsItWas(t *testing.T) {
	v := withKeys(t, anna)
	rapid.Check(t, func(t *rapid.T) {
		f := facttest.Facts().Draw(t, "fact")
		want := proto.CloneOf(f)
		if err := v.SealTexts(f, anna); err != nil {
			t.Fatal(err)
		}
		noTexts := protocmp.IgnoreMessages(&eventv1.Text{})
		if diff := cmp.Diff(want, f, protocmp.Transform(), noTexts); diff != "" {
			t.Errorf("sealing changed more than texts (-want +got):\n%s", diff)
		}
	})
}

func TestNoWordsAreLeftInTheBytesOfAnyFact(t *testing.T) {
	v := withKeys(t, anna)
	found := 0
	for _, kind := range facttest.Kinds() {
		f := facttest.Filled(kind)
		found += say(f, "Maria sleeps badly")
		if err := v.SealTexts(f, anna); err != nil {
			t.Fatalf("%s: %v", kind.Name(), err)
		}
		b, err := fact.Encode(facttest.Commit(f))
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(b, []byte("Maria")) {
			t.Errorf("%s: the words can be read in the log", kind.Name())
		}
		if err := privacy.CheckSealed(facttest.Commit(f)); err != nil {
			t.Errorf("%s: %v", kind.Name(), err)
		}
	}
	if found < 20 {
		t.Errorf("only %d facts had a Text to fill", found)
	}
}

// say puts words into every Text of a fact, and tells how many it has.
func say(f *eventv1.Fact, s string) (texts int) { return sayIn(fact.Unwrap(f).ProtoReflect(), s) }

func sayIn(m protoreflect.Message, s string) (texts int) {
	m.Range(func(fd protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		switch {
		case fd.Message() == nil:
		case fd.Message().Name() == "Text":
			m.Set(fd, protoValue(words(s)))
			texts++
		case fd.IsList():
			for i := range v.List().Len() {
				texts += sayIn(v.List().Get(i).Message(), s)
			}
		case fd.Message().Name() == "Fact": // inside one that corrects another
			f, _ := v.Message().Interface().(*eventv1.Fact)
			texts += say(f, s)
		}
		return true
	})
	return texts
}

func TestATextWithoutWordsIsTakenOut(t *testing.T) {
	v := withKeys(t, anna)
	for name, note := range map[string]*eventv1.Text{
		"nothing":      {},
		"empty":        words(""),
		"only spaces":  words(" \t\n"),
		"only a name":  {About: bruno},
		"about no one": wordsAbout("not an id", " "),
	} {
		t.Run(name, func(t *testing.T) {
			f := closing(note)
			if err := v.SealTexts(f, anna); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(closing(nil), f, protocmp.Transform()); diff != "" {
				t.Errorf("sealed (-want +got):\n%s", diff)
			}
		})
	}
}

func TestWordsThatCannotBeSealedAreAFault(t *testing.T) {
	sealed := &eventv1.Text{Form: &eventv1.Text_Sealed{Sealed: []byte{1}}}
	for name, c := range map[string]struct {
		note  *eventv1.Text
		of    string
		kind  fault.Kind
		field string
	}{
		"they come sealed":                  {sealed, anna, fault.Invalid, "fact.note.sealed"},
		"they come sealed with no bytes":    {&eventv1.Text{Form: &eventv1.Text_Sealed{}}, anna, fault.Invalid, "fact.note.sealed"},
		"they are about no id":              {wordsAbout("Mario Rossi", "words"), anna, fault.Invalid, "fact.note.about"},
		"they are about somebody unknown":   {wordsAbout(bruno, "words"), anna, fault.NotNow, "fact.note.about"},
		"the person of the case has no key": {words("words"), bruno, fault.NotNow, "fact.note.plain"},
	} {
		t.Run(name, func(t *testing.T) {
			v := withKeys(t, anna)
			request := &intakev1.CloseRequest{Fact: closing(c.note).GetClosed()}
			for as, m := range map[string]proto.Message{"request": request, "envelope": closing(c.note)} {
				before := proto.Clone(m)
				err := v.SealTexts(m, c.of)
				refused, ok := errors.AsType[*fault.Error](err)
				if !ok {
					t.Fatalf("%s: error %v, want a fault", as, err)
				}
				if refused.Kind != c.kind || len(refused.Violations) != 1 || refused.Violations[0].Field != c.field {
					t.Errorf("%s: %+v, want kind %d on %s", as, refused, c.kind, c.field)
				}
				if errors.Is(err, privacy.ErrErased) != (c.kind == fault.NotNow) {
					t.Errorf("%s: %v is ErrErased: %t", as, err, errors.Is(err, privacy.ErrErased))
				}
				if diff := cmp.Diff(before, m, protocmp.Transform()); diff != "" {
					t.Errorf("%s: it was changed (-before +after):\n%s", as, diff)
				}
			}
		})
	}
}

func TestAFaultNeverRepeatsWhatWasWritten(t *testing.T) {
	v := withKeys(t, anna)
	err := v.SealTexts(closing(wordsAbout("Mario Rossi", "is ill")), anna)
	for _, personal := range []string{"Mario", "Rossi", "ill"} {
		if bytes.Contains([]byte(err.Error()), []byte(personal)) {
			t.Errorf("%q is in the error %q", personal, err)
		}
	}
}
