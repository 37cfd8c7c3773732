package readmodel

import (
	"cmp"
	"encoding/base64"
	"encoding/binary"

	"percorsi/internal/casework"
)

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

// UrgencyOf gives the place of the nth clock, from 0, that runs on a case which
// was opened at a position.
func UrgencyOf(opened casework.Position, k casework.Clock, nth int) Urgency {
	u := Urgency{Due: k.DueAt, Opened: opened, Name: k.Name, About: k.About, Nth: nth}
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
