package privacy

import (
	"errors"
	"fmt"

	"github.com/google/uuid"
	"go.etcd.io/bbolt"
)

// ErrErased says that there is no key for a person: the person was erased, or
// never registered. What was sealed under the key cannot be opened by anyone.
var ErrErased = errors.New("there is no key for the person: erased, or never registered")

// errNotPerson keeps anything but a pseudonym out of the key file.
var errNotPerson = errors.New("a person is named by an id, a UUID of 36 characters")

var keysBucket = []byte("keys")

// CreateKey makes the key of a person, named by id, unless there is one. When
// it returns without an error the key is on disk. Callers at the same time
// share a sync.
func (v *Vault) CreateKey(person string) error {
	id, err := personOf(person)
	if err != nil {
		return fmt.Errorf("create key: %w", err)
	}
	// A key can be seen a moment before it is on disk. So a second caller for
	// the same person does not look for the key, but waits for the first.
	_, err, _ = v.creating.Do(string(id[:]), func() (any, error) {
		_, err := v.key(id)
		if !errors.Is(err, ErrErased) {
			return nil, err
		}
		return nil, v.store(id, newKey())
	})
	if err != nil {
		return fmt.Errorf("create key: %w", err)
	}
	return nil
}

// store may run its function more than once, as it shares a transaction.
func (v *Vault) store(id uuid.UUID, key []byte) error {
	return v.db.Batch(func(tx *bbolt.Tx) error {
		return tx.Bucket(keysBucket).Put(id[:], key)
	})
}

// HasKey tells whether there is a key for the person. It is no promise that
// the key is on disk yet; CreateKey gives that.
func (v *Vault) HasKey(person string) bool {
	id, err := personOf(person)
	if err != nil {
		return false
	}
	_, err = v.key(id)
	return err == nil
}

// key reads the key of a person; ErrErased if there is none.
func (v *Vault) key(id uuid.UUID) (key [keySize]byte, err error) {
	err = v.db.View(func(tx *bbolt.Tx) error {
		if copy(key[:], tx.Bucket(keysBucket).Get(id[:])) != keySize {
			return ErrErased
		}
		return nil
	})
	return key, err
}

// personOf reads the id of a person, in capitals or not.
func personOf(person string) (uuid.UUID, error) {
	id, err := uuid.Parse(person)
	if err != nil || len(person) != len(id.String()) {
		return uuid.UUID{}, errNotPerson // the cause would repeat the input
	}
	return id, nil
}
