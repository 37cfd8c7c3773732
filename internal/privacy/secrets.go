package privacy

import (
	"crypto/rand"
	"fmt"

	"go.etcd.io/bbolt"
)

// keySize is the size of every key and secret in bytes.
const keySize = 32

var secretsBucket = []byte("secrets")

// secrets are the keys of the deployment. Each use has its own, so that a
// value made for one says nothing about another.
type secrets struct {
	personID [keySize]byte
	search   [keySize]byte
	digest   [keySize]byte
}

// named gives each secret with its name in the file.
func (s *secrets) named() map[string]*[keySize]byte {
	return map[string]*[keySize]byte{
		"person-id": &s.personID,
		"search":    &s.search,
		"digest":    &s.digest,
	}
}

func createSecrets(tx *bbolt.Tx) error {
	bucket, err := tx.CreateBucket(secretsBucket)
	if err != nil {
		return err
	}
	var s secrets
	for name := range s.named() {
		if err := bucket.Put([]byte(name), newKey()); err != nil {
			return err
		}
	}
	return nil
}

// readSecrets never makes up for a secret that is missing: with another one
// every person would get another id.
func readSecrets(tx *bbolt.Tx) (secrets, error) {
	var s secrets
	for name, secret := range s.named() {
		if copy(secret[:], tx.Bucket(secretsBucket).Get([]byte(name))) != keySize {
			return secrets{}, fmt.Errorf("the secret %q is missing from the file: restore it from a backup", name)
		}
	}
	return s, nil
}

func newKey() []byte {
	key := make([]byte, keySize)
	rand.Read(key) // never fails
	return key
}
