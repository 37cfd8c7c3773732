package main

import (
	"errors"
	"fmt"
	"io"
	"time"

	projectionv1 "percorsi/internal/gen/percorsi/projection/v1"
)

// healthWords say what each health means for who reads the figures.
var healthWords = map[projectionv1.Health]string{
	projectionv1.Health_HEALTH_FAILED:      "FAILED: nothing is folded any more, and answers show nothing newer",
	projectionv1.Health_HEALTH_STUCK:       "STUCK: there is more in the log, and the read model stands still",
	projectionv1.Health_HEALTH_CATCHING_UP: "catching up with the log",
	projectionv1.Health_HEALTH_LATE:        "late: it moves on, and is behind the log",
	projectionv1.Health_HEALTH_POISONED:    "in step, but for what stopped",
	projectionv1.Health_HEALTH_LIVE:        "in step",
}

func printStatus(w io.Writer, s *projectionv1.GetStatusResponse, now time.Time) error {
	t := newTable(w)
	t.row("read model", where(s))
	t.row("health", healthWords[s.GetHealth()])
	t.row("position", fmt.Sprintf("%d of %d", s.GetPosition(), s.GetLast()))
	t.row("behind", behind(s))
	t.row("rate", fmt.Sprintf("%.1f facts a second in the last minute, %s since the start", s.GetRate(), count(int64(s.GetFacts()), "fact", "facts")))
	if s.GetTrouble() != "" {
		t.row("trouble", s.GetTrouble())
	}
	if s.GetRebuilding() != nil {
		t.row("rebuild", progressText(s.GetRebuilding()))
	}
	t.row("stopped", count(s.GetQuarantined(), "stream", "streams"))
	if err := t.flush(); err != nil {
		return err
	}
	return printStopped(w, s, now)
}

func where(s *projectionv1.GetStatusResponse) string {
	switch {
	case s.GetBackend() != projectionv1.Backend_BACKEND_POSTGRES:
		return "in the memory of this server"
	case s.GetLeading():
		return "in PostgreSQL; this server writes it"
	default:
		return "in PostgreSQL; another server writes it, this one follows"
	}
}

func behind(s *projectionv1.GetStatusResponse) string {
	if s.GetLag() == 0 {
		return "nothing"
	}
	return fmt.Sprintf("%s, the oldest %s old", count(int64(s.GetLag()), "commit", "commits"), s.GetBehind().AsDuration().Round(time.Second))
}

func count(n int64, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

func printStopped(w io.Writer, s *projectionv1.GetStatusResponse, now time.Time) error {
	if len(s.GetStopped()) == 0 {
		return nil
	}
	t := newTable(w)
	t.row("")
	t.row("STREAM", "STOPPED AT", "SINCE", "WAITING", "REASON")
	for _, q := range s.GetStopped() {
		since := q.GetSince().AsTime()
		t.row(q.GetStream(), q.GetAt(), fmt.Sprintf("%s (%s ago)", since.Format("2006-01-02 15:04:05Z"), now.Sub(since).Round(time.Second)),
			count(q.GetWaiting(), "commit", "commits"), q.GetReason())
	}
	if err := t.flush(); err != nil {
		return err
	}
	if s.GetNextPageToken() == "" {
		return nil
	}
	_, err := fmt.Fprintf(w, "more: --page %s\n", s.GetNextPageToken())
	return err
}

func printRebuilt(w io.Writer, r *projectionv1.Rebuilt) error {
	how := "the read model was built anew"
	if r.GetResumed() {
		how = "the rebuild that was broken off was gone on with"
	}
	_, err := fmt.Fprintf(w, "%s: position %d, %d facts, %d cases, in %s (%.0f facts a second)\n", how,
		r.GetPosition(), r.GetFacts(), r.GetCases(), r.GetTook().AsDuration().Round(100*time.Millisecond), r.GetPerSecond())
	if err != nil {
		return err
	}
	if r.GetTotal() > 0 {
		_, err := fmt.Fprintf(w, "the rows from before did not say what the log says, in %s:\n", count(r.GetTotal(), "stream", "streams"))
		if err = errors.Join(err, printDifferences(w, r.GetDifferences(), r.GetTotal())); err != nil {
			return err
		}
	}
	if !r.GetSwapped() {
		return nil
	}
	_, err = fmt.Fprintln(w, "it is in place: every answer comes from it now")
	return err
}

// inPlace is an error if nobody reads what was built.
func inPlace(r *projectionv1.Rebuilt) error {
	if r.GetSwapped() {
		return nil
	}
	return errors.New("the new rows were not put in place: the read model is the one from before; the log of the server says why")
}

func printReconciled(w io.Writer, r *projectionv1.Reconciled) error {
	if r.GetTotal() > 0 {
		return printDifferences(w, r.GetDifferences(), r.GetTotal())
	}
	_, err := fmt.Fprintf(w, "the read model says what the log says: position %d, %d cases, %d facts\n", r.GetPosition(), r.GetCases(), r.GetFacts())
	return err
}

// printDifferences prints those that are named, and how many streams more have
// one.
func printDifferences(w io.Writer, list []*projectionv1.Difference, total int64) error {
	streams := map[string]bool{}
	for _, d := range list {
		streams[d.GetStream()] = true
		if _, err := fmt.Fprintln(w, difference(d)); err != nil {
			return err
		}
	}
	more := total - int64(len(streams))
	if more <= 0 {
		return nil
	}
	_, err := fmt.Fprintf(w, "and %s more\n", count(more, "stream", "streams"))
	return err
}

func difference(d *projectionv1.Difference) string {
	text := d.GetWhat()
	if d.GetTable() != "" {
		text = d.GetTable() + ": " + text
	}
	if d.GetStream() != "" {
		text = d.GetStream() + ": " + text
	}
	return text
}

// differs is an error if a comparison found something.
func differs(r *projectionv1.Reconciled) error {
	if r.GetTotal() == 0 {
		return nil
	}
	return fmt.Errorf("the read model does not say what the log says, in %s, up to position %d: mend one case with `percorsi projections repair CASE`, or everything with `percorsi projections rebuild`",
		count(r.GetTotal(), "stream", "streams"), r.GetPosition())
}

func printRepaired(w io.Writer, r *projectionv1.RepairResponse) error {
	text := "the case is as the log says: there was nothing to mend"
	if r.GetChanged() {
		text = "the case was mended: its rows say what the log says"
	}
	_, err := fmt.Fprintln(w, text)
	return err
}
