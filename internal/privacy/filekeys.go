package privacy

import (
	"errors"
	"fmt"

	"github.com/google/uuid"
	"go.etcd.io/bbolt"
)

func put(bucket *bbolt.Bucket, name []byte, k Key) error { return bucket.Put(name, k[:]) }

// Secret gives a secret of the deployment.
func (f *File) Secret(name string) (Key, error) {
	k, found, err := f.read(secretsBucket, []byte(name))
	if err == nil && !found {
		err = fmt.Errorf("the secret %q is missing from %s: restore it from a backup", name, f.db.Path())
	}
	return k, err
}

// Key gives the key of a person; ErrErased if there is none.
func (f *File) Key(person uuid.UUID) (Key, error) {
	k, found, err := f.read(keysBucket, person[:])
	if err == nil && !found {
		err = ErrErased
	}
	return k, err
}

func (f *File) read(bucket, name []byte) (k Key, found bool, err error) {
	err = f.db.View(func(tx *bbolt.Tx) error {
		found = copy(k[:], tx.Bucket(bucket).Get(name)) == keySize
		return nil
	})
	return k, found, err
}

// Create makes the key of a person. Callers at the same time share a sync.
//
// A key can be seen a moment before it is on disk. So a second caller for the
// same person does not look for the key, but waits for the first.
func (f *File) Create(person uuid.UUID) error {
	_, err, _ := f.creating.Do(string(person[:]), func() (any, error) {
		_, err := f.Key(person)
		if !errors.Is(err, ErrErased) {
			return nil, err
		}
		return nil, f.store(person, NewKey())
	})
	return err
}

// store may run its function more than once, as it shares a transaction.
func (f *File) store(person uuid.UUID, k Key) error {
	return f.db.Batch(func(tx *bbolt.Tx) error { return put(tx.Bucket(keysBucket), person[:], k) })
}

// All gives every person with their key, as they were at one moment.
func (f *File) All(yield func(person uuid.UUID, k Key) error) error {
	return f.db.View(func(tx *bbolt.Tx) error {
		return tx.Bucket(keysBucket).ForEach(func(name, value []byte) error {
			if len(value) != keySize {
				return fmt.Errorf("a key in %s is damaged: restore it from a backup", f.db.Path())
			}
			person, err := uuid.FromBytes(name)
			if err != nil {
				return err
			}
			return yield(person, Key(value))
		})
	})
}

// Destroy forgets the key of a person. Its bytes stay in a free page of the
// file until that page is used again, and in copies of the file.
func (f *File) Destroy(person uuid.UUID) error {
	return f.db.Update(func(tx *bbolt.Tx) error { return tx.Bucket(keysBucket).Delete(person[:]) })
}
