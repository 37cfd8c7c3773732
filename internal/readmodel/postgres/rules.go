package postgres

import (
	"crypto/sha256"
	"fmt"

	"percorsi/internal/casework"
)

// rules are what rows are counted by, besides the facts.
type rules struct {
	clocks    []casework.ClockRule
	approvals casework.Approvals
}

// digest tells one set of rules, and one way to fold, from another: rows that were
// counted by other rules, or folded in another way, are no longer right. What only
// explains an approval is in no row.
func (r rules) digest() []byte {
	h := sha256.New()
	_, _ = fmt.Fprintf(h, "fold %d\n", casework.FoldVersion) // a hash takes everything
	for _, c := range r.clocks {
		_, _ = fmt.Fprintf(h, "%#v\n", c)
	}
	for _, a := range r.approvals {
		a.Name, a.Source, a.Note = "", "", ""
		_, _ = fmt.Fprintf(h, "%#v\n", a)
	}
	return h.Sum(nil)
}
