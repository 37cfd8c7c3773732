package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"google.golang.org/protobuf/types/known/structpb"

	casefilev1 "percorsi/internal/gen/percorsi/casefile/v1"
)

// explainClash shows a clash so that somebody at the end of a long day can
// settle it: who was faster, what is different, and the three ways on.
func explainClash(c *casefilev1.Clash) string {
	var b strings.Builder
	_, _ = fmt.Fprintf(&b, "a colleague changed the same part while you were at work on it; nothing of yours is lost, and nothing was recorded\n\n")
	for _, e := range c.GetTheirs() {
		_, _ = fmt.Fprintf(&b, "  %s of %s (%s), %s: %s, of %s\n", e.GetUser(), e.GetBody(), e.GetRole(),
			e.GetRecordedAt().AsTime().Format("2006-01-02 15:04Z"), inWords(e.GetType()), e.GetOccurredOn())
	}
	_, _ = fmt.Fprintf(&b, "  you, now: %s, of %s\n", inWords(c.GetMine().GetType()), c.GetMine().GetOccurredOn())
	if len(c.GetFields()) > 0 {
		b.WriteString("\n" + differences(c.GetFields()))
	} else {
		b.WriteString("\n  Both are of different kinds, or say the same: read theirs with `percorsi case history`.\n")
	}
	_, _ = fmt.Fprintf(&b, `
  Send yours again with one of these, and --reason "why" for your colleague:
    --choice keep-theirs --seen %[1]d --revision %[2]d   theirs stays, yours is not recorded
    --choice keep-mine   --seen %[1]d --revision %[2]d   yours is recorded over theirs
    --choice merged      --seen %[1]d --revision %[2]d   what you now put into --fields is recorded`, c.GetSeenRevision(), c.GetCurrentRevision())
	return b.String()
}

// differences prints the fields that both filled in differently.
func differences(fields []*casefilev1.FieldClash) string {
	var b strings.Builder
	t := newTable(&b)
	t.row("  ", "it was", "theirs", "yours")
	for _, f := range fields {
		cells := [][]string{linesOf(f.GetBase()), linesOf(f.GetTheirs()), linesOf(f.GetMine())}
		name := "  " + fieldInWords(f.GetField())
		for i := range max(len(cells[0]), len(cells[1]), len(cells[2])) {
			t.row(name, cell(cells[0], i), cell(cells[1], i), cell(cells[2], i))
			name = "  "
		}
	}
	if err := t.flush(); err != nil {
		return err.Error() + "\n" // a strings.Builder takes everything
	}
	return b.String()
}

func cell(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return ""
}

// fieldInWords names a field as people do: fact.needs is needs.
func fieldInWords(path string) string {
	if path == "command.occurred_on" || path == "occurred_on" {
		return "day"
	}
	return inWords(strings.ReplaceAll(strings.TrimPrefix(path, "fact."), ".", ", "))
}

// longest is how much of a text is shown; --json shows all of it.
const longest = 60

// linesOf writes a value in lines, one for each item of a list.
func linesOf(v *structpb.Value) []string {
	switch kind := v.GetKind().(type) {
	case nil:
		return []string{"-"}
	case *structpb.Value_ListValue:
		var out []string
		for _, item := range kind.ListValue.GetValues() {
			out = append(out, strings.Join(linesOf(item), " "))
		}
		if out == nil {
			return []string{"-"}
		}
		return out
	case *structpb.Value_StructValue:
		var pieces []string
		for name, item := range kind.StructValue.GetFields() {
			pieces = append(pieces, inWords(name)+": "+strings.Join(linesOf(item), " "))
		}
		slices.Sort(pieces)
		return []string{strings.Join(pieces, ", ")}
	case *structpb.Value_BoolValue:
		if kind.BoolValue {
			return []string{"yes"}
		}
		return []string{"no"}
	case *structpb.Value_NumberValue:
		return []string{fmt.Sprint(kind.NumberValue)}
	default:
		return []string{short(spoken(v.GetStringValue()))}
	}
}

// vocabulary is the form of what is chosen from a list, such as NEED_HOUSING.
var vocabulary = regexp.MustCompile(`^[A-Z][A-Z0-9]*(_[A-Z0-9]+)+$`)

// spoken gives a value of a vocabulary as people say it, and words as they are.
func spoken(text string) string {
	if !vocabulary.MatchString(text) {
		return text
	}
	return strings.ToLower(inWords(text))
}

// short gives the beginning of a long text.
func short(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if r := []rune(text); len(r) > longest {
		return string(r[:longest-1]) + "…"
	}
	return text
}
