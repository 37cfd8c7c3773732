package postgres

import (
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgtype"

	"percorsi/internal/casework"
)

func parameter(n int) string { return "$" + strconv.Itoa(n) }

// arrayOf gives the values of one column as a parameter. Each kind has a slice
// of its own type, which the driver writes without looking at each value anew.
func arrayOf(k kind, rows []row, at int) any {
	switch k {
	case aText:
		return pick[string](rows, at)
	case aUUID:
		return pick[uuid16](rows, at)
	case aNumber:
		return pick[int64](rows, at)
	case aPlace:
		return pick[int32](rows, at)
	case aSmall:
		return pick[int16](rows, at)
	case aBool:
		return pick[bool](rows, at)
	case aBytes:
		return pick[[]byte](rows, at)
	case aDay:
		return pick[pgtype.Date](rows, at)
	case aMoment:
		return pick[pgtype.Timestamptz](rows, at)
	default:
		out := make([]string, len(rows))
		for i, r := range rows {
			out[i] = literal(r[at].([]string)) //nolint:errcheck,forcetypeassert // rows are made here
		}
		return out
	}
}

// quote makes a text an element of an array, as the database writes one.
var quote = strings.NewReplacer(`\`, `\\`, `"`, `\"`)

// literal gives a list as the database writes it. Lists travel as text, since
// there are no arrays of arrays of different lengths.
func literal(l []string) string {
	var b strings.Builder
	b.WriteByte('{')
	for i, s := range l {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteByte('"')
		_, _ = quote.WriteString(&b, s) // a strings.Builder takes everything
		b.WriteByte('"')
	}
	b.WriteByte('}')
	return b.String()
}

// pick gives one column of the rows.
func pick[T any](rows []row, at int) []T {
	out := make([]T, len(rows))
	for i, r := range rows {
		out[i] = r[at].(T) //nolint:errcheck,forcetypeassert // rows are made here
	}
	return out
}

// uuid16 is a UUID as the driver writes it best.
type uuid16 = [16]byte

func id16(id uuid.UUID) uuid16 { return uuid16(id) }

// date gives a day; null for the zero Day.
func date(d casework.Day) pgtype.Date {
	if d == 0 {
		return pgtype.Date{}
	}
	return pgtype.Date{Time: d.Time(), Valid: true}
}

// dayOf reads what date gave.
func dayOf(d pgtype.Date) casework.Day {
	if !d.Valid {
		return 0
	}
	return casework.DayOf(d.Time)
}

// The moments that a fact can state, as protobuf has them: the years 1 to 9999.
const earliest, latest = -62_135_596_800, 253_402_300_799

// moment gives Unix seconds; null for 0, and for what is no moment.
func moment(unix int64) pgtype.Timestamptz {
	if unix == 0 || unix < earliest || unix > latest {
		return pgtype.Timestamptz{}
	}
	return pgtype.Timestamptz{Time: time.Unix(unix, 0).UTC(), Valid: true}
}

// list gives a list of texts; never nil, because columns have no nulls.
func list(l []string) []string {
	if l == nil {
		return []string{}
	}
	return l
}
