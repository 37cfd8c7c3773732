package eventlog

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// The size of an entry is bounded so that it fits, with the few headers that
// the log adds, into the 1 MiB that a NATS server accepts by default.
const (
	// MaxEntry bounds the data of an entry and its headers together, in bytes.
	MaxEntry = 1<<20 - 16<<10
	// MaxHeader bounds the headers of an entry together, in bytes.
	MaxHeader = 16 << 10
)

// reservedServer is the prefix of the headers that belong to the server: an
// entry that could set them could lift its own guard. reservedLog is that of
// the log itself, which keeps there what a restored record had. An entry with
// a header "Status" and no data would be taken for a message of the protocol.
const (
	reservedServer = "nats-"
	reservedLog    = "log-"
	reservedStatus = "status"
)

// Entry is one thing to append. The log does not keep Header and Data after
// Append has returned.
type Entry struct {
	Stream Stream
	Expect Expectation
	// Header is plain text that readers can use without decoding Data. Keys
	// are letters, digits, '-' and '_'; values are UTF-8 without line breaks
	// and without space at either end.
	// Keys that begin with "Nats-" or "Log-" and the key "Status" are reserved.
	Header map[string]string
	Data   []byte
}

// Record is one entry as it is kept. Readers share it: do not change Header
// and Data.
type Record struct {
	Position Position
	Stream   Stream
	Header   map[string]string
	Data     []byte
	// StoredAt is the clock of the server when it stored the record, in UTC
	// to the nanosecond. A restored record keeps that of its first storing. It
	// is for people; order comes from Position alone.
	StoredAt time.Time
}

// Validate checks an entry before it is sent. Its errors are ErrInvalidStream,
// ErrNoExpectation, ErrInvalidHeader or ErrTooLarge.
func (e Entry) Validate() error {
	if err := e.Stream.Validate(); err != nil {
		return err
	}
	if _, err := e.Expect.Last(); err != nil {
		return err
	}
	for k, v := range e.Header {
		if err := validHeader(k, v); err != nil {
			return err
		}
	}
	header := e.headerSize()
	if header > MaxHeader || header+len(e.Data) > MaxEntry {
		return ErrTooLarge
	}
	return nil
}

// Size is what the entry counts towards MaxEntry, in bytes.
func (e Entry) Size() int { return e.headerSize() + len(e.Data) }

func (e Entry) headerSize() int {
	n := 0
	for k, v := range e.Header {
		n += len(k) + len(v) + len(": \r\n")
	}
	return n
}

// validHeader keeps what is read equal to what was written: everything that a
// server or client on the way would trim, fold or refuse is refused here.
func validHeader(key, value string) error {
	if key == "" || strings.ContainsFunc(key, notToken) {
		return fmt.Errorf("%w: a key is not a token", ErrInvalidHeader)
	}
	if isReserved(key) {
		return fmt.Errorf("%w: key %q is reserved", ErrInvalidHeader, key)
	}
	if !utf8.ValidString(value) {
		return fmt.Errorf("%w: the value of %q is not UTF-8", ErrInvalidHeader, key)
	}
	if strings.ContainsAny(value, "\r\n\x00") || strings.TrimSpace(value) != value {
		return fmt.Errorf("%w: the value of %q has a line break or space at an end", ErrInvalidHeader, key)
	}
	return nil
}

func isReserved(key string) bool {
	lower := strings.ToLower(key)
	return strings.HasPrefix(lower, reservedServer) || strings.HasPrefix(lower, reservedLog) || lower == reservedStatus
}

func notToken(r rune) bool {
	switch {
	case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9':
		return false
	}
	return !strings.ContainsRune("-_", r)
}
