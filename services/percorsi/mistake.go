package main

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/spf13/pflag"

	casefilev1 "percorsi/internal/gen/percorsi/casefile/v1"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// mistake is what the command line says about a fact that is wrong, and about what
// is right.
type mistake struct {
	of, on, fields, why, note, day, id string
	void                               bool
}

// flags adds the flags that every correction has. fields says which there are,
// reasons which apply.
func (m *mistake) flags(flags *pflag.FlagSet, fields, reasons string) {
	flags.StringVar(&m.of, "fact", "", "command that recorded the fact, with .N for the Nth fact of it from 0")
	flags.StringVar(&m.on, "on", "", "day on which the fact was true")
	flags.StringVar(&m.fields, "fields", "{}", "fields that were wrong as JSON, or @FILE"+fields)
	flags.BoolVar(&m.void, "void", false, "the fact should not have been recorded")
	flags.StringVar(&m.why, "why", "", reasons)
	flags.StringVar(&m.day, "day", time.Now().Format(time.DateOnly), "day of the correction")
	flags.StringVar(&m.id, "id", "", "id of the command, a UUID (default a new one); the same id again changes nothing")
}

// noteFlag adds the flag for words, where a correction has any.
func (m *mistake) noteFlag(flags *pflag.FlagSet) {
	flags.StringVar(&m.note, "note", "", "why, in words; they are sealed")
}

// named is a fact that is wrong, as a correction names it.
type named struct {
	command string
	index   int32
	reason  eventv1.CorrectionReason
	note    *eventv1.Text // nil for none
}

// read reads which fact is wrong, and why.
func (m *mistake) read() (n named, err error) {
	command, place, several := strings.Cut(m.of, ".")
	n.command = command
	if several {
		index, err := strconv.ParseInt(place, 10, 32)
		if err != nil {
			return n, usagef("--fact %s: what follows the dot is no number", m.of)
		}
		n.index = int32(index)
	}
	var ok bool
	if n.reason, ok = readTerm[eventv1.CorrectionReason](m.why); !ok {
		return n, usagef("--why %q: give typing-error, wrong-case, wrong-person, wrong-date, not-happened or other", m.why)
	}
	if m.void && (m.on != "" || m.fields != "{}") {
		return n, usagef("--void leaves nothing of the fact: leave out --on and --fields")
	}
	if m.note != "" {
		n.note = &eventv1.Text{Form: &eventv1.Text_Plain{Plain: m.note}}
	}
	return n, nil
}

// commandID gives the id of the command that corrects.
func (m *mistake) commandID() string {
	if m.id == "" {
		m.id = uuid.NewString()
	}
	return m.id
}

// dayOr gives the day on which the fact was true, which stands where none is said.
func (m *mistake) dayOr(stands string) string {
	if m.on != "" {
		return m.on
	}
	return stands
}

// names tells whether a fact of a history is that one.
func (n named) names(command string, index int32) bool {
	return n.command == command && n.index == index
}

// among finds the correction of a fact that is that one; nil for none.
func (n named) among(e *casefilev1.HistoryEntry) *casefilev1.CorrectionMark {
	for _, m := range e.GetCorrections() {
		if n.names(m.GetCommandId(), m.GetIndex()) {
			return m
		}
	}
	return nil
}

// nameOfFact gives the name of a fact, as --fact takes it.
func nameOfFact(e *casefilev1.HistoryEntry) string {
	if e.GetIndex() == 0 {
		return e.GetCommandId()
	}
	return fmt.Sprintf("%s.%d", e.GetCommandId(), e.GetIndex())
}
