// Command bench measures Percorsi against the limits of its own ground, each
// value and its limit in the same run, one after the other in turn. It prints
// one JSON object a line. Give it names of benchmarks; without any it runs all.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
)

// result is one line of the output.
type result struct {
	Bench   string  `json:"bench"`
	Value   float64 `json:"value"`
	Unit    string  `json:"unit"`
	Limit   float64 `json:"limit"`
	LimitIs string  `json:"limit_is"`
	Ratio   float64 `json:"ratio"`
	Goal    string  `json:"goal"`
	Met     bool    `json:"met"`
	// Facts is how many were measured, Cases how many there were, Position
	// where the log ended.
	Facts    uint64 `json:"facts,omitempty"`
	Cases    uint64 `json:"cases,omitempty"`
	Position uint64 `json:"position,omitempty"`
	// Parts are what the value is made of, by name and unit.
	Parts    map[string]float64 `json:"parts,omitempty"`
	Note     string             `json:"note,omitempty"`
	Machine  string             `json:"machine"`
	Postgres string             `json:"postgres,omitempty"`
}

// bench is one benchmark.
type bench struct {
	name string
	run  func(ctx context.Context, l *lab) (result, error)
}

// benches is every benchmark, in the order they run: those on the program with
// its tables in memory, then those on PostgreSQL, of which the first makes the
// tables that the others find.
func benches() []bench {
	return []bench{
		{"command_append", commandAppend},
		{"command_latency", commandLatency},
		{"case_load", caseLoad},
		{"indicators_query_memory", indicatorsQueryMemory},
		{"rebuild", rebuild},
		{"project_live", projectLive},
		{"project_lag", projectLag},
		{"worklist_query", worklistQuery},
		{"indicators_query", indicatorsQuery},
	}
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	slog.SetDefault(slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn})))
	if err := run(ctx, os.Args[1:], os.Stdout, os.Stderr); err != nil {
		tell(os.Stderr, "bench: %v", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, names []string, out, progress io.Writer) error {
	all := benches()
	for _, n := range names {
		if !slices.ContainsFunc(all, func(b bench) bool { return b.name == n }) {
			return fmt.Errorf("there is no benchmark %q: give %s", n, strings.Join(namesOf(all), ", "))
		}
	}
	l, err := newLab(progress)
	if err != nil {
		return err
	}
	lines := json.NewEncoder(out)
	lines.SetEscapeHTML(false)
	err = runAll(ctx, names, l, lines)
	return errors.Join(err, l.close(ctx))
}

func runAll(ctx context.Context, names []string, l *lab, out *json.Encoder) error {
	for _, b := range benches() {
		if len(names) > 0 && !slices.Contains(names, b.name) {
			continue
		}
		tell(l.progress, "%s ...", b.name)
		r, err := b.run(ctx, l)
		if err != nil {
			return fmt.Errorf("%s: %w", b.name, err)
		}
		r.Bench, r.Machine = b.name, machine()
		if err := out.Encode(r); err != nil {
			return err
		}
	}
	return nil
}

func namesOf(all []bench) []string {
	names := make([]string, len(all))
	for i, b := range all {
		names[i] = b.name
	}
	return names
}

// tell prints a line on progress; one that is lost is no harm.
func tell(progress io.Writer, format string, args ...any) {
	_, _ = fmt.Fprintf(progress, format+"\n", args...)
}
