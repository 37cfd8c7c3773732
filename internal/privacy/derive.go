package privacy

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"

	"github.com/google/uuid"
)

// hashSize is the size of a search key and of a digest in bytes.
const hashSize = 16

// PersonID gives the id of the person with an identifier, in the canonical
// form of package person: the same identifier gives the same id for the life
// of the deployment. It is a UUID of version 8 (RFC 9562), made of a keyed
// hash, so nobody without the secret can tell whose it is.
func (v *Vault) PersonID(canonical string) uuid.UUID {
	hash := keyed(&v.secrets.personID, []byte(canonical))
	id := uuid.UUID(hash[:])
	id[6] = id[6]&0x0f | 0x80 // version 8
	id[8] = id[8]&0x3f | 0x80 // variant of RFC 9562
	return id
}

// SearchKey gives the key by which a person is found again: a keyed hash (16
// bytes) of a normal or phonetic form of a name, or of an identifier. The
// form says which, so that keys of different forms never meet. Nothing gives
// nil: people without a name are not found by that.
func (v *Vault) SearchKey(form, normal string) []byte {
	if normal == "" {
		return nil
	}
	hash := keyed(&v.secrets.search, []byte(form), []byte(normal))
	return hash[:]
}

// Digest gives a keyed hash of the parts, by which a command sent again is
// told from another one under the same id. What the parts are matters, not
// only their bytes in a row.
func (v *Vault) Digest(parts ...[]byte) [hashSize]byte {
	return keyed(&v.secrets.digest, parts...)
}

// keyed is HMAC-SHA256, cut to 16 bytes, over the parts, each after its length
// (8 bytes, big-endian).
func keyed(secret *Key, parts ...[]byte) [hashSize]byte {
	mac := hmac.New(sha256.New, secret[:])
	for _, part := range parts {
		mac.Write(binary.BigEndian.AppendUint64(nil, uint64(len(part))))
		mac.Write(part)
	}
	return [hashSize]byte(mac.Sum(nil)[:hashSize])
}
