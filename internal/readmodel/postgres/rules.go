package postgres

import (
	"crypto/sha256"
	"fmt"

	"percorsi/internal/casework"
)

// rulesDigest tells one set of rules, and one way to fold, from another: rows
// that were counted by other rules, or folded in another way, are no longer
// right.
func rulesDigest(rules []casework.ClockRule) []byte {
	h := sha256.New()
	_, _ = fmt.Fprintf(h, "fold %d\n", casework.FoldVersion) // a hash takes everything
	for _, r := range rules {
		_, _ = fmt.Fprintf(h, "%#v\n", r)
	}
	return h.Sum(nil)
}
