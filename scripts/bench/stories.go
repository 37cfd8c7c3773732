package main

import (
	"bytes"
	"fmt"
	"regexp"

	"percorsi/internal/casework/casetest"
	"percorsi/internal/eventlog"
	"percorsi/internal/fact"
)

const (
	// longest is the most commits of one case of the district: with it, a case
	// has twenty in the mean.
	longest = 24
	// stories is how many different cases the district has; the others are
	// copies of them under names of their own.
	stories = 2_000
	// offices share the cases evenly: with five operators each, an operator has
	// one case in a thousand.
	offices = 200
)

// page is one commit of a story, with the places of the names in its bytes.
type page struct {
	entry          eventlog.Entry
	ids, operators []int
}

// tellStories makes up cases and encodes their commits.
func tellStories(n int) ([][]page, error) {
	out := make([][]page, n)
	pathways := casetest.Pathways()
	return out, inParallel(n, func(i int) error {
		story := casetest.Story(uint64(i), pathways[i%len(pathways)])
		for _, c := range story[:min(len(story), longest)] {
			c.Stream = "case." + story[0].GetCommandId()
			data, err := fact.Encode(c)
			if err != nil {
				return err
			}
			out[i] = append(out[i], newPage(eventlog.Entry{
				Stream: eventlog.Stream(c.GetStream()), Header: fact.Headers(c), Data: data,
			}))
		}
		return nil
	})
}

// What is another one in each case: ids, and the five operators of the stories.
// All are texts of one length, so that bytes can be replaced where they are.
var (
	ids       = regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})`)
	operators = regexp.MustCompile(`op-00[1-5]`)
)

func newPage(e eventlog.Entry) page {
	p := page{entry: e}
	for _, at := range ids.FindAllIndex(e.Data, -1) {
		p.ids = append(p.ids, at[0])
	}
	for _, at := range operators.FindAllIndex(e.Data, -1) {
		p.operators = append(p.operators, at[0])
	}
	return p
}

// of gives the commit as one of the i-th case: ids begin with i, and the
// operators are those of its office.
func (p *page) of(i int) eventlog.Entry {
	e := p.entry
	id := fmt.Appendf(nil, "%08x", i)
	e.Data = bytes.Clone(e.Data)
	for _, at := range p.ids {
		copy(e.Data[at:], id)
	}
	const number = len("op-")
	for _, at := range p.operators {
		nth := int(e.Data[at+number+2] - '1') // of five
		copy(e.Data[at+number:], fmt.Appendf(nil, "%03d", i%offices*5+nth))
	}
	const name = len("case.")
	e.Stream = e.Stream[:name] + eventlog.Stream(id) + e.Stream[name+len(id):]
	return e
}
