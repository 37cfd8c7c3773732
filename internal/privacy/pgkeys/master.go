package pgkeys

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"percorsi/internal/privacy"
	"percorsi/internal/privacy/keydir"
)

const (
	masterFile = "master.key"
	masterType = "PERCORSI MASTER KEY" // the PEM type of the file
)

// wrapped is a key as it lies in the database: version, nonce, ciphertext, tag.
type wrapped [1 + 12 + 32 + 16]byte

const wrapVersion = 1

// errOtherMaster says that something was not wrapped with this master key, or
// was altered, or belongs to another row.
var errOtherMaster = errors.New("it was altered, or wrapped with another master key")

// master wraps and unwraps. It is safe for concurrent use.
type master struct{ aead cipher.AEAD }

func newMaster(k privacy.Key) (*master, error) {
	block, err := aes.NewCipher(k[:])
	if err != nil {
		return nil, err
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	return &master{aead: aead}, err
}

// What a wrapped value is: a value of one kind does not pass for another.
const (
	kindSecret = "secret"
	kindPerson = "person"
)

// wrap encrypts a key and binds it to its kind and id.
func (m *master) wrap(kind string, id []byte, k privacy.Key) (w wrapped) {
	w[0] = wrapVersion
	m.aead.Seal(w[:1], nil, k[:], binding(kind, id))
	return w
}

func (m *master) unwrap(kind string, id []byte, w wrapped) (k privacy.Key, err error) {
	plain, err := m.aead.Open(nil, nil, w[1:], binding(kind, id))
	if err != nil || w[0] != wrapVersion || copy(k[:], plain) != len(k) {
		return privacy.Key{}, errOtherMaster
	}
	return k, nil
}

// binding is what a wrapped value holds for. Kinds have one length, so no two
// bindings look alike.
func binding(kind string, id []byte) []byte {
	b := make([]byte, 0, 1+len(kind)+len(id))
	b = append(b, wrapVersion)
	b = append(b, kind...)
	return append(b, id...)
}

// HasMaster tells whether a directory has a master key: then its keys are in a
// database.
func HasMaster(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, masterFile))
	return err == nil
}

// readMaster reads the master key of a directory; the error is fs.ErrNotExist
// where there is none.
func readMaster(dir string) (*master, error) {
	path := filepath.Join(dir, masterFile)
	if err := keydir.Check(path, 0o600); err != nil {
		return nil, err
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(text)
	var k privacy.Key
	if block == nil || block.Type != masterType || len(block.Bytes) != len(k) {
		return nil, fmt.Errorf("%s holds no master key: restore it, or copy it from another machine that serves these keys", path)
	}
	copy(k[:], block.Bytes)
	return newMaster(k)
}

// makeMaster makes the file, with its directory, unless it is there, and reads
// it.
func makeMaster(dir string) (*master, error) {
	if err := keydir.Make(dir); err != nil {
		return nil, err
	}
	k := privacy.NewKey()
	text := pem.EncodeToMemory(&pem.Block{Type: masterType, Bytes: k[:]})
	if err := keydir.WriteOnce(filepath.Join(dir, masterFile), text); err != nil {
		return nil, fmt.Errorf("make the master key: %w", err)
	}
	return readMaster(dir)
}
