package privacy

import "slices"

// The secrets of a deployment, by their names in a place.
const (
	secretPersonID = "person-id"
	secretSearch   = "search"
	secretDigest   = "digest"
)

// SecretNames gives the secrets that every place has, in order. Each use has
// its own, so that a value made for one says nothing about another.
func SecretNames() []string {
	return slices.Sorted(slices.Values([]string{secretPersonID, secretSearch, secretDigest}))
}

// secrets are the secrets of the deployment, in memory.
type secrets struct {
	personID Key
	search   Key
	digest   Key
}

func readSecrets(p Place) (s secrets, err error) {
	for name, secret := range map[string]*Key{
		secretPersonID: &s.personID,
		secretSearch:   &s.search,
		secretDigest:   &s.digest,
	} {
		if *secret, err = p.Secret(name); err != nil {
			return secrets{}, err
		}
	}
	return s, nil
}
