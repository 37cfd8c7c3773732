package eventlog

// Expectation is what the caller of an append knows about its stream: the
// position of the stream's last record. The zero value is invalid, so that no
// append can forget it.
type Expectation struct {
	last  Position
	given bool
}

// ExpectEmpty says that the stream has no record yet.
func ExpectEmpty() Expectation { return Expectation{given: true} }

// ExpectLast says that the last record of the stream is at p. With p = 0 it
// is the same as ExpectEmpty.
func ExpectLast(p Position) Expectation { return Expectation{last: p, given: true} }

// Last gives the expected position, 0 for an empty stream. The zero
// Expectation answers ErrNoExpectation.
func (x Expectation) Last() (Position, error) {
	if !x.given {
		return 0, ErrNoExpectation
	}
	return x.last, nil
}
