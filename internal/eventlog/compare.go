package eventlog

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"strings"
)

// Reader is what can be compared: a log, or a copy of one. Read keeps the
// contract of a log's Read, in particular that it ends with a *Gap where a
// record is missing.
type Reader interface {
	Read(ctx context.Context, after, upTo Position) iter.Seq2[Record, error]
	Last(ctx context.Context) (Position, error)
}

// Aspects say in what a log and its copy differ. They can be combined.
type Aspects uint8

// The aspects.
const (
	MissingInLog Aspects = 1 << iota
	MissingInCopy
	OtherStream
	OtherTime
	OtherHeader
	OtherBytes
)

// aspectNames are the aspects in words, by their bit.
var aspectNames = [...]string{"missing in the log", "missing in the copy", "another stream", "another time", "other headers", "other bytes"}

// String lists the aspects in words.
func (a Aspects) String() string {
	var names []string
	for i, name := range aspectNames {
		if a&(1<<i) != 0 {
			names = append(names, name)
		}
	}
	return strings.Join(names, ", ")
}

// Difference is one place where a log and its copy are not the same: one
// position, or a run of positions that miss in the same way.
type Difference struct {
	First, Last Position
	In          Aspects
}

// String names the position or positions and what differs.
func (d Difference) String() string {
	if d.First == d.Last {
		return fmt.Sprintf("position %d: %s", d.First, d.In)
	}
	return fmt.Sprintf("positions %d to %d: %s", d.First, d.Last, d.In)
}

// Compare reads a log and its copy side by side and gives every difference, in
// order of positions. It goes on behind a hole. It compares up to the last
// position of the copy: what the log has beyond is news that the copy has not
// got yet. If the log ends before the copy, that is its last difference. An
// error other than a hole ends it. After each position it calls progress, which
// may be nil.
//
// It keeps one record of each in memory.
func Compare(ctx context.Context, log, copied Reader, progress func(Position)) iter.Seq2[Difference, error] {
	return func(yield func(Difference, error) bool) {
		// The copy is asked first: it follows the log, so that a sound log
		// has everything that its copy had a moment ago.
		copyLast, err := copied.Last(ctx)
		if err != nil {
			yield(Difference{}, err)
			return
		}
		logLast, err := log.Last(ctx)
		if err != nil {
			yield(Difference{}, err)
			return
		}
		c := &comparison{yield: yield}
		if !c.sideBySide(ctx, log, copied, min(logLast, copyLast), progress) {
			return
		}
		if logLast < copyLast && !c.add(Difference{First: logLast + 1, Last: copyLast, In: MissingInLog}) {
			return
		}
		c.flush()
	}
}

// comparison gathers positions that miss in the same way into runs.
type comparison struct {
	yield func(Difference, error) bool
	run   Difference // not handed over yet; First is 0 if there is none
}

// sideBySide compares the positions up to and with end. It reports whether to
// go on.
func (c *comparison) sideBySide(ctx context.Context, log, copied Reader, end Position, progress func(Position)) bool {
	a, b := &side{from: log, end: end}, &side{from: copied, end: end}
	defer a.close()
	defer b.close()
	for p := Position(1); p <= end; p++ {
		d, err := differ(ctx, a, b, p)
		if err != nil {
			if c.flush() {
				c.yield(Difference{}, err)
			}
			return false
		}
		if d.In != 0 && !c.add(d) {
			return false
		}
		if progress != nil {
			progress(p)
		}
	}
	return true
}

// differ compares one position.
func differ(ctx context.Context, log, copied *side, p Position) (Difference, error) {
	a, inLog, err := log.at(ctx, p)
	if err != nil {
		return Difference{}, fmt.Errorf("read the log at position %d: %w", p, err)
	}
	b, inCopy, err := copied.at(ctx, p)
	if err != nil {
		return Difference{}, fmt.Errorf("read the copy at position %d: %w", p, err)
	}
	d := Difference{First: p, Last: p}
	if !inLog {
		d.In |= MissingInLog
	}
	if !inCopy {
		d.In |= MissingInCopy
	}
	if inLog && inCopy {
		d.In = a.Differs(b)
	}
	return d, nil
}

// Differs tells in what two records at the same position are not the same;
// nothing and empty are the same.
func (r Record) Differs(other Record) Aspects {
	var in Aspects
	if r.Stream != other.Stream {
		in |= OtherStream
	}
	if !r.StoredAt.Equal(other.StoredAt) {
		in |= OtherTime
	}
	if !maps.Equal(r.Header, other.Header) {
		in |= OtherHeader
	}
	if !bytes.Equal(r.Data, other.Data) {
		in |= OtherBytes
	}
	return in
}

// add takes the next difference, into the run if it belongs there. It reports
// whether to go on.
func (c *comparison) add(d Difference) bool {
	const missing = MissingInLog | MissingInCopy
	if c.run.First > 0 && c.run.In == d.In && d.In&missing != 0 && d.First == c.run.Last+1 {
		c.run.Last = d.Last
		return true
	}
	goOn := c.flush()
	c.run = d
	return goOn
}

// flush hands over the run. It reports whether to go on.
func (c *comparison) flush() bool {
	d := c.run
	c.run = Difference{}
	return d.First == 0 || c.yield(d, nil)
}

// side reads one of the two position by position.
type side struct {
	from Reader
	end  Position
	next func() (Record, error, bool)
	stop func()
}

// at gives the record at p, which must be 1 and then one more each time. It
// reports whether there is one.
func (s *side) at(ctx context.Context, p Position) (r Record, there bool, err error) {
	if s.next == nil {
		s.next, s.stop = iter.Pull2(s.from.Read(ctx, p-1, s.end))
	}
	r, err, more := s.next()
	if hole, ok := errors.AsType[*Gap](err); ok && hole.Position == p {
		s.close() // reading begins anew behind the hole
		return Record{}, false, nil
	}
	switch {
	case err != nil:
		return Record{}, false, err
	case !more:
		return Record{}, false, fmt.Errorf("it ends without an error before position %d", s.end)
	case r.Position != p:
		return Record{}, false, fmt.Errorf("it gave position %d instead", r.Position)
	}
	return r, true, nil
}

func (s *side) close() {
	if s.stop != nil {
		s.stop()
	}
	s.next, s.stop = nil, nil
}
