package privacy

import (
	"crypto/aes"
	"crypto/cipher"
	"errors"
	"fmt"

	"github.com/google/uuid"
)

// What a value is sealed for. A value sealed for one purpose does not open
// for another.
const (
	PurposeText         = "text"
	PurposeIdentity     = "identity"
	PurposeDemographics = "demographics"
)

const (
	sealVersion = 1
	nonceSize   = 12
	tagSize     = 16
	// sealOverhead is what a sealed value is longer than the plain one.
	sealOverhead = 1 + nonceSize + tagSize
)

var errNotOpened = errors.New("the value was altered, or was sealed for another person or purpose")

// Seal encrypts plain under the key of a person. The same plain bytes are
// sealed differently each time. The error is ErrErased if there is no key.
func (v *Vault) Seal(person, purpose string, plain []byte) ([]byte, error) {
	id, aead, err := v.cipherOf(person)
	if err != nil {
		return nil, fmt.Errorf("seal %s: %w", purpose, err)
	}
	sealed := make([]byte, 1, len(plain)+sealOverhead)
	sealed[0] = sealVersion
	return aead.Seal(sealed, nil, plain, associated(id, purpose)), nil
}

// Unseal opens what Seal made for the same person and purpose. The error is
// ErrErased if there is no key, and another one if the value was altered or
// is not for this person and purpose.
func (v *Vault) Unseal(person, purpose string, sealed []byte) ([]byte, error) {
	id, aead, err := v.cipherOf(person)
	if err != nil {
		return nil, fmt.Errorf("unseal %s: %w", purpose, err)
	}
	if !inSealedForm(sealed) {
		return nil, fmt.Errorf("unseal %s: the value is not in a form this version of percorsi knows", purpose)
	}
	plain, err := aead.Open(nil, nil, sealed[1:], associated(id, purpose))
	if err != nil {
		return nil, fmt.Errorf("unseal %s: %w", purpose, errNotOpened)
	}
	return plain, nil
}

func (v *Vault) cipherOf(person string) (uuid.UUID, cipher.AEAD, error) {
	id, key, err := v.key(person)
	if err != nil {
		return uuid.UUID{}, nil, err
	}
	block, err := aes.NewCipher(key[:])
	if err != nil {
		return uuid.UUID{}, nil, err
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	return id, aead, err
}

// associated is what a sealed value is bound to: version, person, purpose.
// Version and person have fixed lengths, so no two of them look alike.
func associated(id uuid.UUID, purpose string) []byte {
	b := make([]byte, 0, 1+len(id)+len(purpose))
	b = append(b, sealVersion)
	b = append(b, id[:]...)
	return append(b, purpose...)
}

// inSealedForm tells whether a value can have been made by Seal.
func inSealedForm(b []byte) bool {
	return len(b) >= sealOverhead && b[0] == sealVersion
}
