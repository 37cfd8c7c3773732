package readmodel

import (
	"encoding/base64"
	"encoding/binary"

	"percorsi/internal/casework"
	"percorsi/internal/fault"
)

// defaultPage is the size of a page that asks for none.
const defaultPage = 50

// CountedTo is how far lists of cases and of clocks are counted. Nobody reads
// further in a list; how many there are in all is what figures are for.
const CountedTo = 1000

// Page says which part of a list. The zero Page is the first one.
type Page struct {
	// Size is the most rows of the page; 0 stands for 50. Callers bound it.
	Size int
	// Token is the one that the page before gave as Next.
	Token string
	// CountTo is how far what matches is counted; 0 stands for CountedTo.
	CountTo int
}

// Limit gives the most rows of the page.
func (p Page) Limit() int {
	if p.Size <= 0 {
		return defaultPage
	}
	return p.Size
}

// Bound gives how far what matches is counted.
func (p Page) Bound() int {
	if p.CountTo <= 0 {
		return CountedTo
	}
	return p.CountTo
}

// Counted gives the total that a page says for n matches, and whether there are
// more than that. Whoever counts may stop at the first match beyond Bound.
func (p Page) Counted(n int) (total int, more bool) {
	return min(n, p.Bound()), n > p.Bound()
}

// CasePage is a page of a list of cases.
type CasePage struct {
	Rows []Summary
	// Next is the token of the next page; empty at the end.
	Next string
	// Total is how many match on all pages, counted no further than the page
	// was asked to: MoreThanTotal tells that there are more.
	Total         int
	MoreThanTotal bool
	// Position is that of the log that the page was read at.
	Position casework.Position
}

// ClockRow is one clock of one case.
type ClockRow struct {
	Case  Summary
	Clock casework.Clock
}

// ClockPage is a page of the work list; its fields are those of CasePage.
type ClockPage struct {
	Rows          []ClockRow
	Next          string
	Total         int
	MoreThanTotal bool
	Position      casework.Position
}

// QuarantinePage is a page of the streams that stopped; its fields are those
// of CasePage. Total is all of them: they are few, and each has to be seen to.
type QuarantinePage struct {
	Rows     []Quarantine
	Next     string
	Total    int
	Position casework.Position
}

// OpenedAt gives the position at which a case was opened. It is the place of
// the case in every list.
func OpenedAt(c *casework.Case) casework.Position { return c.Opened }

// Place gives the token of the page that begins after the row at a position of
// the log.
func Place(p casework.Position) string {
	return base64.RawURLEncoding.EncodeToString(binary.AppendUvarint(nil, uint64(p)))
}

// ParsePlace reads a token that Place gave; 0 for the empty one, which begins
// with the first page. The error is Invalid on page_token.
func ParsePlace(token string) (casework.Position, error) {
	if token == "" {
		return 0, nil
	}
	b, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil {
		return 0, badToken()
	}
	v, n := binary.Uvarint(b)
	if n != len(b) || v == 0 {
		return 0, badToken()
	}
	return casework.Position(v), nil
}

func badToken() error {
	return fault.Field("page_token", "is not one that an answer to this question gave: leave it empty to begin with the first page")
}
