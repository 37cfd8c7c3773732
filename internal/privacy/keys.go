package privacy

import (
	"errors"
	"fmt"

	"github.com/google/uuid"
)

// ErrErased says that there is no key for a person: the person was erased, or
// never registered. What was sealed under the key cannot be opened by anyone.
var ErrErased = errors.New("there is no key for the person: erased, or never registered")

// errNotPerson keeps anything but a pseudonym from the keys.
var errNotPerson = errors.New("a person is named by an id, a UUID of 36 characters")

// CreateKey makes the key of a person, named by id, unless there is one. When
// it returns without an error the key is on disk.
func (v *Vault) CreateKey(person string) error {
	id, err := personOf(person)
	if err == nil {
		err = v.place.Create(id)
	}
	if err != nil {
		return fmt.Errorf("create key: %w", err)
	}
	return nil
}

// DestroyKey destroys the key of a person, named by id: the person is erased.
// When it returns without an error, no restart brings the key back; a process
// that shares the place may still use it for a moment.
func (v *Vault) DestroyKey(person string) error {
	id, err := personOf(person)
	if err == nil {
		err = v.place.Destroy(id)
	}
	if err != nil {
		return fmt.Errorf("destroy key: %w", err)
	}
	return nil
}

// CheckKey is nil if there is a key for the person, and ErrErased if there is
// none. Any other error says that it cannot be told: the person is not named
// by an id, or the place of the keys cannot be reached.
func (v *Vault) CheckKey(person string) error {
	_, _, err := v.key(person)
	return err
}

// HasKey tells whether there is a key for the person, as far as that can be
// told; see CheckKey.
func (v *Vault) HasKey(person string) bool { return v.CheckKey(person) == nil }

func (v *Vault) key(person string) (uuid.UUID, Key, error) {
	id, err := personOf(person)
	if err != nil {
		return uuid.UUID{}, Key{}, err
	}
	k, err := v.place.Key(id)
	return id, k, err
}

// personOf reads the id of a person, in capitals or not.
func personOf(person string) (uuid.UUID, error) {
	id, err := uuid.Parse(person)
	if err != nil || len(person) != len(id.String()) {
		return uuid.UUID{}, errNotPerson // the cause would repeat the input
	}
	return id, nil
}
