package indicator

// Verdict is what a unit counts as.
type Verdict uint8

// The verdicts. Far units are listed as hits: they are why a key is one.
const (
	Hit Verdict = iota + 1
	Miss
	// Unknown means that the deciding fact is not recorded.
	Unknown
	// Failed means that the definition had no answer for the unit.
	Failed
	// far is a unit of the other side of a key share; it lends its key.
	far
	// farFailed is such a unit for which the definition had no answer.
	farFailed
)

// String gives the verdict as HIT, MISS, UNKNOWN or FAILED.
func (v Verdict) String() string {
	switch v {
	case Hit, far:
		return "HIT"
	case Miss:
		return "MISS"
	case Unknown:
		return "UNKNOWN"
	case Failed, farFailed:
		return "FAILED"
	default:
		return ""
	}
}

// contribution is what one unit adds to one cell: to one definition over one
// span.
type contribution struct {
	definition uint16
	span       uint8
	verdict    Verdict
	// place of the unit in its list. A unit with several keys contributes
	// once for each; from the second on the place is the complement, so that
	// the unit is counted once.
	place int32
	// key of the unit; of a failed one, why it failed.
	key   string
	value int64
}

// failed says that the definition had no answer for the unit.
func (c *contribution) failed() bool { return c.verdict == Failed || c.verdict == farFailed }

// side gives the side of its definition that the unit stands on.
func (c *contribution) side(d *definition) *side {
	if c.verdict == far || c.verdict == farFailed {
		return d.other
	}
	return d.main
}

// unit gives the place of the unit in its list.
func (c *contribution) unit() int {
	if c.place < 0 {
		return int(^c.place)
	}
	return int(c.place)
}

// again says that the unit has contributed to this cell under another key.
func (c *contribution) again() bool { return c.place < 0 }
