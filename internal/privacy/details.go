package privacy

import (
	"errors"
	"fmt"

	"google.golang.org/protobuf/proto"

	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// SealIdentity seals who a person is, under the key of that person. A nil
// identity is sealed like an empty one.
func (v *Vault) SealIdentity(person string, identity *eventv1.Identity) ([]byte, error) {
	return v.sealMessage(person, PurposeIdentity, identity)
}

// OpenIdentity opens what SealIdentity made. Nothing opens to an empty
// identity. The error is ErrErased if there is no key.
func (v *Vault) OpenIdentity(person string, sealed []byte) (*eventv1.Identity, error) {
	identity := &eventv1.Identity{}
	return identity, v.openMessage(person, PurposeIdentity, sealed, identity)
}

// SealDemographics seals what break-downs need of a person, under the key of
// that person. Nil demographics are sealed like empty ones.
func (v *Vault) SealDemographics(person string, demographics *eventv1.Demographics) ([]byte, error) {
	return v.sealMessage(person, PurposeDemographics, demographics)
}

// OpenDemographics opens what SealDemographics made. Nothing opens to empty
// demographics. The error is ErrErased if there is no key: the person then
// counts as not available.
func (v *Vault) OpenDemographics(person string, sealed []byte) (*eventv1.Demographics, error) {
	demographics := &eventv1.Demographics{}
	return demographics, v.openMessage(person, PurposeDemographics, sealed, demographics)
}

func (v *Vault) sealMessage(person, purpose string, m proto.Message) ([]byte, error) {
	plain, err := proto.Marshal(m)
	if err != nil {
		return nil, fmt.Errorf("seal %s: %w", purpose, err)
	}
	return v.Seal(person, purpose, plain)
}

// openMessage leaves m empty on an error.
func (v *Vault) openMessage(person, purpose string, sealed []byte, m proto.Message) error {
	if len(sealed) == 0 {
		return nil
	}
	plain, err := v.Unseal(person, purpose, sealed)
	if err != nil {
		return err
	}
	if err := proto.Unmarshal(plain, m); err != nil {
		return fmt.Errorf("unseal %s: %w", purpose, err)
	}
	return nil
}

// OpenText gives the words of a text about a person, for a caller who may read
// them: Erased once the key is gone, and nothing for words that are not there.
func (v *Vault) OpenText(person string, words *eventv1.Text) (string, error) {
	t, _ := asText(words.ProtoReflect())
	if words == nil || !t.isSealed() {
		return "", nil
	}
	plain, err := v.Unseal(t.person(person), PurposeText, t.sealed())
	if errors.Is(err, ErrErased) {
		return Erased, nil
	}
	return string(plain), err
}
