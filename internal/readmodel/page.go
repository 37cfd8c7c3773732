package readmodel

import (
	"cmp"
	"encoding/base64"
	"encoding/binary"

	"percorsi/internal/casework"
	"percorsi/internal/fault"
)

// defaultPage is the size of a page that asks for none.
const defaultPage = 50

// Page says which part of a list. The zero Page is the first one.
type Page struct {
	// Size is the most rows of the page; 0 stands for 50. Callers bound it.
	Size int
	// Token is the one that the page before gave as Next.
	Token string
}

// Limit gives the most rows of the page.
func (p Page) Limit() int {
	if p.Size <= 0 {
		return defaultPage
	}
	return p.Size
}

// CasePage is a page of a list of cases.
type CasePage struct {
	Rows []*casework.Case
	// Next is the token of the next page; empty at the end.
	Next string
	// Total is how many match on all pages.
	Total int
	// Position is that of the log that the page was read at.
	Position casework.Position
}

// ClockRow is one clock of one case.
type ClockRow struct {
	Case  *casework.Case
	Clock casework.Clock
}

// ClockPage is a page of the work list; its fields are those of CasePage.
type ClockPage struct {
	Rows     []ClockRow
	Next     string
	Total    int
	Position casework.Position
}

// QuarantinePage is a page of the streams that stopped; its fields are those
// of CasePage.
type QuarantinePage struct {
	Rows     []Quarantine
	Next     string
	Total    int
	Position casework.Position
}

// OpenedAt gives the position at which a case was opened. It is the place of
// the case in every list.
func OpenedAt(c *casework.Case) casework.Position { return c.Timeline[0].Position }

// Urgency is the place of a clock in the work list: by the moment it is due,
// then by the age of the case. No two clocks share one.
type Urgency struct {
	// Due is in Unix seconds: the moment, or the end of the day in UTC.
	Due int64
	// Opened is where the case was opened in the log.
	Opened casework.Position
	// Name and About are those of the clock.
	Name, About string
	// Nth sets apart the clocks of a case that agree in all else.
	Nth int
}

// UrgencyOf gives the place of the nth clock that runs on a case.
func UrgencyOf(c *casework.Case, k casework.Clock, nth int) Urgency {
	u := Urgency{Due: k.DueAt, Opened: OpenedAt(c), Name: k.Name, About: k.About, Nth: nth}
	if u.Due == 0 {
		u.Due = endOf(k.DueOn)
	}
	return u
}

// endOf gives the end of a day in UTC, in Unix seconds.
func endOf(d casework.Day) int64 { return (d + 1).Time().Unix() }

// Compare orders the work list: negative where u is more urgent than v.
func (u Urgency) Compare(v Urgency) int {
	return cmp.Or(
		cmp.Compare(u.Due, v.Due),
		cmp.Compare(u.Opened, v.Opened),
		cmp.Compare(u.Name, v.Name),
		cmp.Compare(u.About, v.About),
		cmp.Compare(u.Nth, v.Nth),
	)
}

// Token gives the token of the page that begins after u.
func (u Urgency) Token() string {
	b := binary.AppendVarint(nil, u.Due)
	b = binary.AppendUvarint(b, uint64(u.Opened))
	b = binary.AppendUvarint(b, uint64(u.Nth))
	b = binary.AppendUvarint(b, uint64(len(u.Name)))
	b = append(b, u.Name...)
	return base64.RawURLEncoding.EncodeToString(append(b, u.About...))
}

// ParseUrgency reads a token of the work list; ok is false for the empty one,
// which begins with the first page. The error is Invalid on page_token.
func ParseUrgency(token string) (u Urgency, ok bool, err error) {
	if token == "" {
		return Urgency{}, false, nil
	}
	b, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil {
		return Urgency{}, false, badToken()
	}
	due, n := binary.Varint(b)
	if n <= 0 {
		return Urgency{}, false, badToken()
	}
	b = b[n:]
	var numbers [3]uint64
	for i := range numbers {
		v, n := binary.Uvarint(b)
		if n <= 0 {
			return Urgency{}, false, badToken()
		}
		numbers[i], b = v, b[n:]
	}
	if numbers[2] > uint64(len(b)) {
		return Urgency{}, false, badToken()
	}
	name, about := b[:numbers[2]], b[numbers[2]:]
	return Urgency{
		Due: due, Opened: casework.Position(numbers[0]), Nth: int(numbers[1]),
		Name: string(name), About: string(about),
	}, true, nil
}

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
