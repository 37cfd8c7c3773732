package privacy

import "errors"

// Vault seals and opens with the keys of a place. It is safe for concurrent
// use. Close it after its last use.
//
// It keeps no key itself: what its place has forgotten it cannot use.
type Vault struct {
	place   Place
	secrets secrets
}

// NewVault makes a vault of the keys of a place. The vault closes the place,
// also if there is an error: a secret that is missing.
func NewVault(p Place) (*Vault, error) {
	s, err := readSecrets(p)
	if err != nil {
		return nil, errors.Join(err, p.Close())
	}
	return &Vault{place: p, secrets: s}, nil
}

// OpenVault opens the vault whose keys lie in a file in a directory of its
// own, and makes both where they are missing; see [OpenFile].
func OpenVault(dir string) (*Vault, error) {
	f, err := OpenFile(FileConfig{Dir: dir})
	if err != nil {
		return nil, err
	}
	return NewVault(f)
}

// Close gives the keys free. It waits for calls that are under way; calls
// after it fail.
func (v *Vault) Close() error { return v.place.Close() }
