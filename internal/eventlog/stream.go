package eventlog

import "fmt"

// maxStreamLen bounds the name of a stream, in bytes. It leaves ample room in
// the 255 bytes that a NATS server handles well as one subject.
const maxStreamLen = 128

// Position is the place of a record in the log: 1 for the first record, one
// more for each that follows. 0 is the place before the first.
type Position uint64

// Stream names one stream of decisions, such as "case.0190a1b2-7c3d-...".
// Names hold letters, digits, '-' and single '.' between parts, so that none
// of them can be taken for a wildcard. They are pseudonyms: never put a name,
// a codice fiscale or anything else of a person into one.
type Stream string

// Validate checks the form of the name. It returns an error that is
// ErrInvalidStream, without repeating the name.
func (s Stream) Validate() error {
	if len(s) == 0 || len(s) > maxStreamLen {
		return fmt.Errorf("%w: it has %d bytes, 1 to %d are allowed", ErrInvalidStream, len(s), maxStreamLen)
	}
	afterDot := true
	for i := range len(s) {
		switch c := s[i]; {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '-':
			afterDot = false
		case c == '.' && !afterDot:
			afterDot = true
		default:
			return fmt.Errorf("%w: byte %d is not allowed there", ErrInvalidStream, i)
		}
	}
	if afterDot {
		return fmt.Errorf("%w: it ends in a dot", ErrInvalidStream)
	}
	return nil
}
