package indicator

// tally adds up one cell. Taking away what was added leaves what was there, so
// a case that changed is taken away as it was and added as it is.
type tally struct {
	hit, miss, unknown, failed int64
	// supplied is how many supplied figures brought their own numbers.
	supplied int64
	// sumHit and sumMiss add up the values of hits and misses.
	sumHit, sumMiss int64
	// keys holds the count of each key; nil where nothing has a key.
	keys map[string]keyCount
	// keysHit, keysMiss and keysUnknown are how many keys are each.
	keysHit, keysMiss, keysUnknown int64
}

// keyCount is how often a key occurs with each verdict.
type keyCount struct{ hit, miss, unknown, far int32 }

// verdict gives what the key counts as, and 0 for a key that only the far side
// has. One hit makes a hit; short of that one unknown makes it unknown.
func (k keyCount) verdict() Verdict {
	switch {
	case k.hit > 0, k.far > 0 && k.miss+k.unknown > 0:
		return Hit
	case k.unknown > 0:
		return Unknown
	case k.miss > 0:
		return Miss
	default:
		return 0
	}
}

// add counts a contribution sign times: 1 to add it, -1 to take it away.
func (t *tally) add(c *contribution, sign int64) {
	if c.failed() {
		t.failed += sign
		return
	}
	if !c.again() {
		t.addUnit(c, sign)
	}
	if c.key != "" {
		t.addKey(c, sign)
	}
}

// addOnly counts a contribution whose key occurs nowhere else in the cell,
// which saves the look at the keys.
func (t *tally) addOnly(c *contribution) {
	if c.failed() {
		t.failed++
		return
	}
	t.addUnit(c, 1)
	t.moveKey(c.verdict, 1)
}

func (t *tally) addUnit(c *contribution, sign int64) {
	switch c.verdict {
	case Hit:
		t.hit += sign
		t.sumHit += sign * c.value
	case Miss:
		t.miss += sign
		t.sumMiss += sign * c.value
	case Unknown:
		t.unknown += sign
	case Failed, far, farFailed:
	}
}

func (t *tally) addKey(c *contribution, sign int64) {
	k := t.keys[c.key]
	before := k.verdict()
	n := int32(sign)
	switch c.verdict {
	case Hit:
		k.hit += n
	case Miss:
		k.miss += n
	case Unknown:
		k.unknown += n
	case far:
		k.far += n
	case Failed, farFailed:
	}
	t.moveKey(before, -1)
	t.moveKey(k.verdict(), 1)
	if k == (keyCount{}) {
		delete(t.keys, c.key)
		return
	}
	if t.keys == nil {
		t.keys = map[string]keyCount{}
	}
	t.keys[c.key] = k
}

// moveKey counts one key more or less with a verdict.
func (t *tally) moveKey(v Verdict, n int64) {
	switch v {
	case Hit:
		t.keysHit += n
	case Miss:
		t.keysMiss += n
	case Unknown:
		t.keysUnknown += n
	case Failed, far, farFailed:
	}
}

// addOwn counts the numbers that a supplied figure brings, sign times.
func (t *tally) addOwn(s *Supplied, sign int64) {
	t.supplied += sign
	t.hit += sign * s.Numerator
	t.miss += sign * (s.Denominator - s.Numerator)
	t.sumHit += sign * s.Numerator
}
