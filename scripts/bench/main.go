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
	"runtime/pprof"
	"slices"
	"strings"
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
	Note    string  `json:"note,omitempty"`
}

// bench is one benchmark.
type bench struct {
	name string
	run  func(ctx context.Context, l *lab) (result, error)
}

// benches is every benchmark, in the order they run.
func benches() []bench {
	return []bench{
		{"command_append", commandAppend},
		{"command_latency", commandLatency},
		{"case_load", caseLoad},
		{"indicators_query", indicatorsQuery},
	}
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	slog.SetDefault(slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn})))
	if err := profiled(func() error { return run(ctx, os.Args[1:], os.Stdout, os.Stderr) }); err != nil {
		tell(os.Stderr, "bench: %v", err)
		os.Exit(1)
	}
}

// profiled writes a CPU profile of what runs to the file that BENCH_PROFILE
// names, if any.
func profiled(run func() error) error {
	name := os.Getenv("BENCH_PROFILE")
	if name == "" {
		return run()
	}
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	if err := pprof.StartCPUProfile(f); err != nil {
		return err
	}
	err = run()
	pprof.StopCPUProfile()
	return firstOf(err, f.Close())
}

func run(ctx context.Context, names []string, out, progress io.Writer) error {
	all := benches()
	for _, n := range names {
		if !slices.ContainsFunc(all, func(b bench) bool { return b.name == n }) {
			return fmt.Errorf("there is no benchmark %q: give %s", n, strings.Join(namesOf(all), ", "))
		}
	}
	enc := json.NewEncoder(out)
	l := &lab{progress: progress}
	for _, b := range all {
		if len(names) > 0 && !slices.Contains(names, b.name) {
			continue
		}
		tell(progress, "%s ...", b.name)
		r, err := b.run(ctx, l)
		if err != nil {
			return errors.Join(fmt.Errorf("%s: %w", b.name, err), l.close())
		}
		r.Bench = b.name
		if err := enc.Encode(r); err != nil {
			return errors.Join(err, l.close())
		}
	}
	return l.close()
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
