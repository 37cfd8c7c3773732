package privacy

import (
	"crypto/rand"

	"github.com/google/uuid"
)

// Key is one key or secret, of random bytes.
type Key [keySize]byte

// keySize is the size of every key and secret in bytes.
const keySize = 32

// NewKey makes a key.
func NewKey() (k Key) {
	rand.Read(k[:]) // never fails
	return k
}

// Place is where the keys of a vault lie: a [File] of one process, or a place
// that several share. It is safe for concurrent use. Its methods take no
// context, as nearly every answer comes from memory; one that does not is
// bounded by the place itself.
type Place interface {
	// Secret gives a secret of the deployment; see [SecretNames]. A place
	// never makes up for one that is missing: with another one every person
	// would get another id.
	Secret(name string) (Key, error)
	// Key gives the key of a person. It is ErrErased if there is none; any
	// other error says that the place could not be asked. A key that was
	// created, by whichever process, is found.
	Key(person uuid.UUID) (Key, error)
	// Create makes the key of a person, unless there is one. When it returns
	// without an error the key is on disk.
	Create(person uuid.UUID) error
	// Destroy forgets the key of a person, if there is one. When it returns
	// without an error the key does not come back with a restart.
	Destroy(person uuid.UUID) error
	// Close gives the place back. Calls after it fail, but not with ErrErased.
	Close() error
}
