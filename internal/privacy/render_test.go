package privacy_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"
	"pgregory.net/rapid"

	"percorsi/internal/fact"
	"percorsi/internal/fact/facttest"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	"percorsi/internal/privacy"
)

// wrap puts a fact into its envelope.
func wrap(t *testing.T, m proto.Message) *eventv1.Fact {
	t.Helper()
	f, err := fact.Wrap(m, "2025-03-31")
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// rendered gives a rendered fact as plain maps.
func rendered(t *testing.T, v *privacy.Vault, f *eventv1.Fact, of string, words bool) map[string]any {
	t.Helper()
	object, err := v.Render(f, of, words)
	if err != nil {
		t.Fatal(err)
	}
	return object.AsMap()
}

type object = map[string]any

func TestAFactIsRenderedUnderTheNamesOfTheSchema(t *testing.T) {
	v := withKeys(t)
	at := timestamppb.New(time.Date(2025, 3, 31, 10, 30, 0, 0, time.UTC))
	for name, c := range map[string]struct {
		fact proto.Message
		want object
	}{
		"words of a vocabulary, codes, lists": {
			&eventv1.Signalled{PersonId: anna, Pathway: eventv1.Pathway_PATHWAY_ADI, Comune: "098031", Needs: []eventv1.Need{1, 2}},
			object{"person_id": anna, "pathway": "PATHWAY_ADI", "comune": "098031", "needs": []any{eventv1.Need(1).String(), eventv1.Need(2).String()}},
		},
		"numbers are numbers": {
			&eventv1.PathPaid{PathId: anna, AmountCents: 123456789, Shares: []*eventv1.FundShare{{Fund: 1, Share: 100}}},
			object{"path_id": anna, "amount_cents": 123456789.0, "shares": []any{object{"fund": eventv1.Fund(1).String(), "share": 100.0}}},
		},
		"no is an answer":        {&eventv1.EligibilityAssessed{}, object{"eligible": false}},
		"none is a level":        {&eventv1.DomainAssessed{Scale: "BARTHEL"}, object{"scale": "BARTHEL", "score": 0.0, "need_level": 0.0}},
		"a score that was asked": {&eventv1.BeneficiaryEvaluated{Score: proto.Int64(0)}, object{"score": 0.0}},
		"a score that was not":   {&eventv1.BeneficiaryEvaluated{}, object{}},
		"a moment":               {&eventv1.Discharged{At: at}, object{"at": "2025-03-31T10:30:00Z"}},
		"nothing to say":         {&eventv1.TakenInCharge{}, object{}},
		"a word that came later": {&eventv1.Closed{Outcome: 99}, object{"outcome": 99.0}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, rendered(t, v, wrap(t, c.fact), anna, false)); diff != "" {
				t.Errorf("rendered (-want +got):\n%s", diff)
			}
		})
	}
}

func TestWordsAreShownOnlyToWhoMayReadThem(t *testing.T) {
	v := withKeys(t, anna, bruno)
	f := closing(words("moved away"))
	of := closing(wordsAbout(bruno, "moved with him"))
	for _, f := range []*eventv1.Fact{f, of} {
		if err := v.SealTexts(f, anna); err != nil {
			t.Fatal(err)
		}
	}
	for name, c := range map[string]struct {
		fact  *eventv1.Fact
		words bool
		want  object
	}{
		"may":                         {f, true, object{"outcome": "OUTCOME_POSITIVE", "note": "moved away"}},
		"may, about another":          {of, true, object{"outcome": "OUTCOME_POSITIVE", "note": "moved with him"}},
		"may not":                     {f, false, object{"outcome": "OUTCOME_POSITIVE"}},
		"may not, of a fact not kept": {closing(words("moved away")), false, object{"outcome": "OUTCOME_POSITIVE"}},
		"may, of a fact not kept":     {closing(words("moved away")), true, object{"outcome": "OUTCOME_POSITIVE", "note": "moved away"}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, rendered(t, v, c.fact, anna, c.words)); diff != "" {
				t.Errorf("rendered (-want +got):\n%s", diff)
			}
		})
	}
}

func TestWhoAPersonIsIsShownOnlyToWhoMayReadIt(t *testing.T) {
	v := withKeys(t, anna)
	identity, err := v.SealIdentity(anna, &eventv1.Identity{Surname: "Rossi", Phones: []string{"0371 1"}})
	if err != nil {
		t.Fatal(err)
	}
	demographics, err := v.SealDemographics(anna, &eventv1.Demographics{Sex: eventv1.Sex_SEX_FEMALE})
	if err != nil {
		t.Fatal(err)
	}
	f := registering(identity, demographics)
	f.GetPersonRegistered().IdentifierKind = eventv1.IdentifierKind_IDENTIFIER_KIND_CODICE_FISCALE

	want := object{"identifier_kind": "IDENTIFIER_KIND_CODICE_FISCALE"}
	if diff := cmp.Diff(want, rendered(t, v, f, anna, false)); diff != "" {
		t.Errorf("without words (-want +got):\n%s", diff)
	}
	want["identity"] = object{"surname": "Rossi", "phones": []any{"0371 1"}}
	want["demographics"] = object{"sex": "SEX_FEMALE"} // the year of birth is not known
	if diff := cmp.Diff(want, rendered(t, v, f, anna, true)); diff != "" {
		t.Errorf("with words (-want +got):\n%s", diff)
	}
	want["identity"], want["demographics"] = privacy.Erased, privacy.Erased
	if diff := cmp.Diff(want, rendered(t, v, f, bruno, true)); diff != "" {
		t.Errorf("of a person without a key (-want +got):\n%s", diff)
	}
}

func TestWhoAPersonShouldHaveBeenIsShownOnlyToWhoMayReadIt(t *testing.T) {
	v := withKeys(t, anna)
	identity, err := v.SealIdentity(anna, &eventv1.Identity{Surname: "Rossi"})
	if err != nil {
		t.Fatal(err)
	}
	f := amending(registering(identity, nil))
	want := object{"index": 0.0, "replacement": object{"person_registered": object{}}}
	if diff := cmp.Diff(want, rendered(t, v, f, anna, false)); diff != "" {
		t.Errorf("without words (-want +got):\n%s", diff)
	}
	for who, shown := range map[string]any{anna: object{"surname": "Rossi"}, bruno: privacy.Erased} {
		want["replacement"] = object{"person_registered": object{"identity": shown}}
		if diff := cmp.Diff(want, rendered(t, v, f, who, true)); diff != "" {
			t.Errorf("with words (-want +got):\n%s", diff)
		}
	}
}

func TestTheWordsOfAnErasedPersonAreErased(t *testing.T) {
	f := closing(words("moved away"))
	if err := withKeys(t, anna).SealTexts(f, anna); err != nil {
		t.Fatal(err)
	}
	erased := withKeys(t)
	want := object{"outcome": "OUTCOME_POSITIVE", "note": "(erased)"}
	if diff := cmp.Diff(want, rendered(t, erased, f, anna, true)); diff != "" {
		t.Errorf("with words (-want +got):\n%s", diff)
	}
	delete(want, "note")
	if diff := cmp.Diff(want, rendered(t, erased, f, anna, false)); diff != "" {
		t.Errorf("without words (-want +got):\n%s", diff)
	}
}

func TestWordsThatDoNotOpenAreAnErrorThatNamesTheField(t *testing.T) {
	v := withKeys(t, anna, bruno)
	f := closing(words("moved away"))
	if err := v.SealTexts(f, anna); err != nil {
		t.Fatal(err)
	}
	_, err := v.Render(f, bruno, true)
	if err == nil || !strings.Contains(err.Error(), "render closed: note:") {
		t.Errorf("error %v, want one that names closed and note", err)
	}
}

func TestAnEmptyEnvelopeIsNotRendered(t *testing.T) {
	if got, err := withKeys(t).Render(&eventv1.Fact{}, anna, true); err == nil {
		t.Errorf("Render gave %v", got)
	}
}

func TestEveryFactIsRenderedWithItsWordsAndWithoutThem(t *testing.T) {
	v := withKeys(t, anna)
	box, err := v.SealIdentity(anna, &eventv1.Identity{Surname: "Rossi"})
	if err != nil {
		t.Fatal(err)
	}
	for _, kind := range facttest.Kinds() {
		t.Run(string(kind.Name()), func(t *testing.T) {
			f := facttest.Filled(kind)
			texts := say(f, "Maria sleeps badly")
			if person := f.GetPersonRegistered(); person != nil {
				person.Identity, person.Demographics = box, nil
			}
			if person := f.GetPersonDetailsChanged(); person != nil {
				person.Identity, person.Demographics = box, nil
			}
			if err := v.SealTexts(f, anna); err != nil {
				t.Fatal(err)
			}
			with, without := asJSON(t, v, f, true), asJSON(t, v, f, false)
			if got := strings.Count(with, "Maria sleeps badly"); got != texts {
				t.Errorf("%d texts shown, want %d: %s", got, texts, with)
			}
			if strings.Contains(without, "Maria") || strings.Contains(without, "Rossi") {
				t.Errorf("something personal shown without words: %s", without)
			}
			if strings.Contains(with, "identifier_key") || strings.Contains(with, "search_keys") {
				t.Errorf("a keyed hash is shown: %s", with)
			}
		})
	}
}

func asJSON(t *testing.T, v *privacy.Vault, f *eventv1.Fact, words bool) string {
	t.Helper()
	b, err := json.Marshal(rendered(t, v, f, anna, words))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestAnyFactIsRenderedToSomethingThatCanBeSent(t *testing.T) {
	v := withKeys(t, anna)
	rapid.Check(t, func(t *rapid.T) {
		f := facttest.Facts().Filter(func(f *eventv1.Fact) bool {
			if right := f.GetFactAmended().GetReplacement(); right != nil {
				f = right
			}
			return f.GetPersonRegistered() == nil && f.GetPersonDetailsChanged() == nil // their bytes are not sealed
		}).Draw(t, "fact")
		if err := v.SealTexts(f, anna); err != nil {
			t.Fatal(err)
		}
		object, err := v.Render(f, anna, true)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := protojson.Marshal(object); err != nil {
			t.Error(err)
		}
	})
}
