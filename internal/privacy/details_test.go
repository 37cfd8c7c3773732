package privacy_test

import (
	"errors"
	"testing"

	"google.golang.org/protobuf/proto"
	"pgregory.net/rapid"

	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	"percorsi/internal/privacy"
)

func TestTheDetailsOfAPersonOpenAsTheyWere(t *testing.T) {
	v := withKeys(t, anna)
	rapid.Check(t, func(t *rapid.T) {
		identity := &eventv1.Identity{
			Identifier: rapid.String().Draw(t, "identifier"), Surname: rapid.String().Draw(t, "surname"),
			Phones: rapid.SliceOfN(rapid.String(), 0, 5).Draw(t, "phones"),
		}
		demographics := &eventv1.Demographics{
			BirthYear: rapid.Int32().Draw(t, "birth year"), Sex: eventv1.Sex(rapid.IntRange(0, 2).Draw(t, "sex")),
		}
		sealed, err := v.SealIdentity(anna, identity)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := v.OpenIdentity(anna, sealed); err != nil || !proto.Equal(got, identity) {
			t.Errorf("identity: %v, %v; want %v", got, err, identity)
		}
		if got, err := v.OpenDemographics(anna, sealed); err == nil {
			t.Errorf("an identity opens as demographics: %v", got)
		}
		sealed, err = v.SealDemographics(anna, demographics)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := v.OpenDemographics(anna, sealed); err != nil || !proto.Equal(got, demographics) {
			t.Errorf("demographics: %v, %v; want %v", got, err, demographics)
		}
		if got, err := v.OpenIdentity(anna, sealed); err == nil {
			t.Errorf("demographics open as an identity: %v", got)
		}
	})
}

func TestDetailsThatWereNeverGivenAreEmpty(t *testing.T) {
	v := withKeys(t)
	if got, err := v.OpenIdentity(anna, nil); err != nil || !proto.Equal(got, &eventv1.Identity{}) {
		t.Errorf("identity: %v, %v", got, err)
	}
	if got, err := v.OpenDemographics(anna, nil); err != nil || !proto.Equal(got, &eventv1.Demographics{}) {
		t.Errorf("demographics: %v, %v", got, err)
	}
}

func TestNobodyOpensTheDetailsOfAPersonWithoutAKey(t *testing.T) {
	v := withKeys(t, anna)
	identity, err := v.SealIdentity(anna, &eventv1.Identity{Surname: "Rossi"})
	if err != nil {
		t.Fatal(err)
	}
	if got, err := v.OpenIdentity(bruno, identity); !errors.Is(err, privacy.ErrErased) || got.GetSurname() != "" {
		t.Errorf("identity: %v, %v; want ErrErased", got, err)
	}
	if got, err := v.OpenDemographics(bruno, identity); !errors.Is(err, privacy.ErrErased) || got.GetBirthYear() != 0 {
		t.Errorf("demographics: %v, %v; want ErrErased", got, err)
	}
	if _, err := v.SealIdentity(bruno, &eventv1.Identity{}); !errors.Is(err, privacy.ErrErased) {
		t.Errorf("SealIdentity: %v, want ErrErased", err)
	}
}
