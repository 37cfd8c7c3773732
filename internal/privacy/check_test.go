package privacy_test

import (
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"

	"percorsi/internal/fact/facttest"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	"percorsi/internal/privacy"
)

func registering(identity, demographics []byte) *eventv1.Fact {
	return &eventv1.Fact{Fact: &eventv1.Fact_PersonRegistered{PersonRegistered: &eventv1.PersonRegistered{
		Identity: identity, Demographics: demographics, IdentifierKey: []byte("a hash"), SearchKeys: [][]byte{[]byte("a hash")},
	}}}
}

// amending puts a fact in the place of another one.
func amending(right *eventv1.Fact) *eventv1.Fact {
	return &eventv1.Fact{Fact: &eventv1.Fact_FactAmended{FactAmended: &eventv1.FactAmended{Replacement: right}}}
}

func TestNothingPersonalPassesUnsealed(t *testing.T) {
	identity, err := proto.Marshal(&eventv1.Identity{Identifier: "RSSMRA80A01E648X", Surname: "Rossi", Name: "Maria"})
	if err != nil {
		t.Fatal(err)
	}
	nameless, err := proto.Marshal(&eventv1.Identity{Address: "via Roma 1, presso la comunita"})
	if err != nil {
		t.Fatal(err)
	}
	demographics, err := proto.Marshal(&eventv1.Demographics{BirthYear: 1980, Comune: "098031"})
	if err != nil {
		t.Fatal(err)
	}
	later := closing(nil)
	later.GetClosed().ProtoReflect().SetUnknown([]byte{0xfa, 0x3e, 2, 'M', 'R'})
	for name, c := range map[string]struct {
		fact *eventv1.Fact
		want string
	}{
		"plain words":                {closing(words("moved away")), "facts[1].fact.note: its words are not sealed"},
		"plain words that are empty": {closing(words("")), "facts[1].fact.note: its words are not sealed"},
		"words marked as sealed":     {closing(&eventv1.Text{Form: &eventv1.Text_Sealed{Sealed: []byte("moved away to live with her sister")}}), "facts[1].fact.note: its bytes"},
		"an identity":                {registering(identity, nil), "facts[1].fact.identity: its bytes"},
		"an identity of few words":   {registering(nameless, nil), "facts[1].fact.identity: its bytes"},
		"demographics":               {registering(nil, demographics), "facts[1].fact.demographics: its bytes"},
		"an identity put in the place of another": {
			amending(registering(identity, nil)), "facts[1].fact.replacement.fact.identity: its bytes",
		},
		"a field nobody knows": {later, "facts[1].fact: it has fields that are not in the schema"},
	} {
		t.Run(name, func(t *testing.T) {
			err := privacy.CheckSealed(facttest.Commit(closing(nil), c.fact))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("error %v, want one with %q", err, c.want)
			}
			for _, personal := range []string{"moved", "Rossi", "Roma", "1980"} {
				if strings.Contains(err.Error(), personal) {
					t.Errorf("the error holds %q", personal)
				}
			}
		})
	}
}

func TestWhatIsSealedPasses(t *testing.T) {
	v := withKeys(t, anna)
	identity, err := v.SealIdentity(anna, &eventv1.Identity{})
	if err != nil {
		t.Fatal(err)
	}
	demographics, err := v.SealDemographics(anna, nil)
	if err != nil {
		t.Fatal(err)
	}
	note := closing(words("moved away"))
	if err := v.SealTexts(note, anna); err != nil {
		t.Fatal(err)
	}
	commit := facttest.Commit(note, registering(identity, demographics), registering(nil, nil), amending(registering(identity, demographics)), closing(nil), closing(&eventv1.Text{}))
	if err := privacy.CheckSealed(commit); err != nil {
		t.Error(err)
	}
}
