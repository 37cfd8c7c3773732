package backup

import (
	"errors"
	"fmt"
	"hash/crc32"

	"percorsi/internal/eventlog"
)

// The first line of a file. What comes after title is the number of the
// format.
const (
	title = "percorsi log backup, format "
	first = title + "1\n"
)

// maxPart bounds one message of the file, in bytes: the largest record, and
// room for what surrounds it.
const maxPart = eventlog.MaxEntry + eventlog.MaxHeader + 64<<10

// ErrForeign means that a file is no backup, or one of a format that this
// program does not know.
var ErrForeign = errors.New("this is not a backup of a log that this program can read")

// ErrDamaged means that a file is a backup and not whole: cut off, changed, or
// with something behind its end. Nothing of it should be trusted. The error is
// a *Damage.
var ErrDamaged = errors.New("the backup is damaged")

// Damage is where a file stops being the backup that was written.
type Damage struct { //nolint:errname // reads as backup.Damage
	// Position is the first one that cannot be trusted; one more than the
	// last if what follows the records is wrong.
	Position eventlog.Position
	// What is wrong there.
	What string
	// Err is the cause, if another error is one.
	Err error
}

// Error says what is wrong and where.
func (d *Damage) Error() string {
	if d.Err != nil {
		return fmt.Sprintf("%v at position %d: %s: %v", ErrDamaged, d.Position, d.What, d.Err)
	}
	return fmt.Sprintf("%v at position %d: %s", ErrDamaged, d.Position, d.What)
}

// Unwrap makes a *Damage an ErrDamaged, and keeps its cause.
func (d *Damage) Unwrap() []error {
	if d.Err != nil {
		return []error{ErrDamaged, d.Err}
	}
	return []error{ErrDamaged}
}

// castagnoli is the polynomial of the checksums.
var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func checksum(b []byte) uint32 { return crc32.Checksum(b, castagnoli) }
