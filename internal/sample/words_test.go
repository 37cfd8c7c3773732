package sample_test

import (
	"slices"
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	personv1 "percorsi/internal/gen/percorsi/person/v1"
	"percorsi/internal/sample"
)

// holds tells whether a text holds any of the words.
func holds(text string) bool {
	return slices.ContainsFunc(sample.Words(), func(w string) bool { return strings.Contains(text, w) })
}

func TestEveryWordIsLongEnoughToBeFoundAndListedOnce(t *testing.T) {
	words := sample.Words()
	for _, w := range words {
		if len(w) < 8 {
			t.Errorf("%q could be found by chance", w)
		}
	}
	slices.Sort(words)
	if n := len(slices.Compact(slices.Clone(words))); n != len(words) {
		t.Errorf("%d of %d words are there twice", len(words)-n, len(words))
	}
}

func TestWhatIsPersonalIsMadeOfTheWordsAndNothingElseIs(t *testing.T) {
	o := openOffice(t)
	play(t, o, sample.Config{Seed: 6, Cases: 200})
	texts, people := 0, 0
	for _, e := range o.log {
		if r, ok := e.request.(*personv1.RegisterPersonRequest); ok {
			people++
			identity(t, r.GetIdentity())
			continue
		}
		for _, text := range plain(proto.Clone(e.request).ProtoReflect()) {
			texts++
			if !holds(text) {
				t.Errorf("%q holds none of the words", text)
			}
		}
	}
	if texts < 500 || people < 200 {
		t.Errorf("only %d texts and %d people were written", texts, people)
	}
	for _, e := range o.log {
		if rest := bare(e.request); holds(rest) {
			t.Fatalf("%s holds one of the words outside what is personal: %s", e.method, rest)
		}
	}
}

func identity(t *testing.T, who *eventv1.Identity) {
	t.Helper()
	if proto.Equal(who, &eventv1.Identity{}) {
		return // somebody whose name is not written
	}
	for _, text := range append(who.GetPhones(), who.GetSurname(), who.GetName(), who.GetAddress()) {
		if !holds(text) {
			t.Errorf("%q holds none of the words", text)
		}
	}
}

// plain gives the texts of a message.
func plain(m protoreflect.Message) []string {
	var out []string
	m.Range(func(field protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		if field.Message() != nil && field.IsList() {
			for i := range v.List().Len() {
				out = append(out, plain(v.List().Get(i).Message())...)
			}
		}
		if field.Message() == nil || field.IsList() {
			return true
		}
		if text, ok := v.Message().Interface().(*eventv1.Text); ok {
			out = append(out, text.GetPlain())
			return true
		}
		out = append(out, plain(v.Message())...)
		return true
	})
	return out
}

// bare gives a message without its texts and identities.
func bare(m proto.Message) string {
	m = proto.Clone(m)
	strip(m.ProtoReflect())
	data, _ := proto.Marshal(m)
	return string(data)
}

func strip(m protoreflect.Message) {
	m.Range(func(field protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		if field.Message() != nil && field.IsList() {
			for i := range v.List().Len() {
				strip(v.List().Get(i).Message())
			}
		}
		if field.Message() == nil || field.IsList() {
			return true
		}
		switch v.Message().Interface().(type) {
		case *eventv1.Text, *eventv1.Identity:
			m.Clear(field)
		default:
			strip(v.Message())
		}
		return true
	})
}

func TestNothingIsWrittenThatLeadsToWomenAtTheCentroAntiviolenza(t *testing.T) {
	o := openOffice(t)
	play(t, o, sample.Config{Seed: 6, Cases: 400, To: day(t, "2025-12-31")})
	sealed := map[string]bool{}
	for _, c := range o.cases {
		if c.Service == eventv1.Service_SERVICE_ANTI_VIOLENCE_CENTRE || c.Service == eventv1.Service_SERVICE_ANTI_TRAFFICKING {
			sealed[c.Person] = true
			if c.Comune != "098031" {
				t.Errorf("the Comune %s is written", c.Comune)
			}
		}
	}
	if len(sealed) == 0 {
		t.Fatal("there is no sealed case")
	}
	for _, e := range o.log {
		r, ok := e.request.(*personv1.RegisterPersonRequest)
		if ok && sealed[e.command] && !proto.Equal(r.GetIdentity(), &eventv1.Identity{}) {
			t.Errorf("an identity is written: %v", r.GetIdentity())
		}
	}
}
