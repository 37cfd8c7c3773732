package postgres

import (
	"crypto/sha256"
	"fmt"

	"percorsi/internal/casework"
)

// rulesDigest tells one set of rules from another: rows that were counted by
// other rules are no longer right.
func rulesDigest(rules []casework.ClockRule) []byte {
	h := sha256.New()
	for _, r := range rules {
		_, _ = fmt.Fprintf(h, "%#v\n", r) // a hash takes everything
	}
	return h.Sum(nil)
}
