package main_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

// bin builds a program once for a test and gives its path.
func bin(t *testing.T, name string, args ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	build := exec.CommandContext(t.Context(), "go", append([]string{"build", "-o", path}, args...)...)
	build.Dir = root(t)
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build %s: %v\n%s", name, err, out)
	}
	return path
}

// root is the folder of the repository.
func root(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// program is a running `percorsi up`.
type program struct {
	t    *testing.T
	path string
	data string
	addr string
	cmd  *exec.Cmd
	log  *bytes.Buffer
}

var readyLine = regexp.MustCompile(`^ready grpc=(\S+) http=(\S+)$`)

// up starts the program and waits for its ready line.
func up(t *testing.T, path, data string, args ...string) *program {
	t.Helper()
	p := &program{t: t, path: path, data: data, log: &bytes.Buffer{}}
	p.cmd = exec.CommandContext(context.WithoutCancel(t.Context()), path,
		append([]string{"up", "--data", data, "--grpc", "127.0.0.1:0", "--http", "127.0.0.1:0"}, args...)...)
	p.cmd.Stderr = p.log
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.cmd.Process.Kill() })
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if m := readyLine.FindStringSubmatch(lines.Text()); m != nil {
			p.addr = m[1]
			return p
		}
	}
	t.Fatalf("the program ended before it was ready:\n%s", p.log)
	return nil
}

// run runs a client command and gives its output.
func (p *program) run(args ...string) []byte {
	p.t.Helper()
	out, err := p.try(args...)
	if err != nil {
		exit := &exec.ExitError{}
		errors.As(err, &exit)
		p.t.Fatalf("percorsi %s: %v\n%s", strings.Join(args, " "), err, exit.Stderr)
	}
	return out
}

func (p *program) try(args ...string) ([]byte, error) {
	cmd := exec.CommandContext(p.t.Context(), p.path, append([]string{"--data", p.data, "--addr", p.addr}, args...)...)
	return cmd.Output()
}

// stop ends the program as an operator does, and checks that it ends well.
func (p *program) stop() {
	p.t.Helper()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		p.t.Fatal(err)
	}
	if err := p.cmd.Wait(); err != nil {
		p.t.Errorf("SIGTERM: %v, want exit status 0\n%s", err, p.log)
	}
}

// printed is a figure as `percorsi indicators --json` prints it.
type printed struct {
	ID, Status, Reason   string
	Numerator            int64
	Denominator, Unknown int64
}

func (p *program) figures(args ...string) []printed {
	p.t.Helper()
	var out []printed
	if err := json.Unmarshal(p.run(append([]string{"indicators", "--json"}, args...)...), &out); err != nil {
		p.t.Fatal(err)
	}
	return out
}

func TestTheProgramOnASampleDistrict(t *testing.T) {
	p := up(t, bin(t, "percorsi", "./services/percorsi"), filepath.Join(t.TempDir(), "data"))
	district := []string{"sample", "--cases", "250", "--seed", "7", "--to", time.Now().AddDate(0, 0, -1).Format(time.DateOnly)}
	p.run(district...)

	t.Run("prints all 296 indicators, each measured or with a reason", func(t *testing.T) {
		figures := p.figures()
		if len(figures) != 296 {
			t.Errorf("%d figures, want 296", len(figures))
		}
		for _, f := range figures {
			if f.Status == "NOT_MEASURABLE" && f.Reason == "" {
				t.Errorf("%s is not measurable and does not say why", f.ID)
			}
			if f.Reason == "DEFINITION_FAILED" {
				t.Errorf("%s: its definition had no answer for some units", f.ID)
			}
		}
	})
	t.Run("has figures that a recomputation from the export gives too", func(t *testing.T) {
		compare(t, p, "2025", "2025-01-01", "2025-12-31")
		compare(t, p, "2026", "2026-01-01", "2026-12-31")
	})
	t.Run("plays the same district again without changing anything", func(t *testing.T) {
		before := p.run("log", "verify")
		p.run(district...)
		if after := p.run("log", "verify"); !bytes.Equal(before, after) {
			t.Errorf("the log changed: %s, then %s", before, after)
		}
	})
	t.Run("tells a wrong use from a failure by its exit status", func(t *testing.T) {
		for want, args := range map[int][]string{
			1: {"case", "show", "01990000-0000-7000-8000-0000000000ff"},
			2: {"indicators", "--by", "moon"},
		} {
			_, err := p.try(args...)
			exit := &exec.ExitError{}
			if !errors.As(err, &exit) || exit.ExitCode() != want {
				t.Errorf("percorsi %s: %v, want exit status %d", strings.Join(args, " "), err, want)
				continue
			}
			if lines := strings.Count(strings.TrimSpace(string(exit.Stderr)), "\n"); lines != 0 {
				t.Errorf("percorsi %s says more than one line: %s", strings.Join(args, " "), exit.Stderr)
			}
		}
	})
	p.stop()
}

// compare compares ten figures with their recomputation from the export.
func compare(t *testing.T, p *program, period, from, to string) {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		t.Fatal(err)
	}
	want := recompute(retell(t, p.run("log", "export")), from, to, time.Now().In(zone).Format(time.DateOnly))
	ids := []string{
		"A1.OUT.1", "A1.PRO.1", "A2.OUT.1", "A2.IMP.1", "DE3.OUT.2",
		"DE3.PRO.2", "DE3.IMP.1", "H1.OUT.1", "H1.IMP.1", "H1.IMP.2",
	}
	units := int64(0)
	for _, f := range p.figures(append([]string{"--period", period}, ids...)...) {
		got := recount{num: f.Numerator, den: f.Denominator, unknown: f.Unknown}
		if f.ID == "H1.OUT.1" {
			got.den = 0 // a mean of one year divides by one
		}
		if got != want[f.ID] {
			t.Errorf("%s of %s is %+v, recomputed %+v", f.ID, period, got, want[f.ID])
		}
		units += f.Numerator
	}
	if units == 0 {
		t.Errorf("the figures of %s count nothing at all: the sample is empty", period)
	}
}

func TestTheReadmeIsTrue(t *testing.T) {
	readme, err := os.ReadFile(filepath.Join(root(t), "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok := strings.Cut(string(readme), "```sh\n# walkthrough\n")
	if !ok {
		t.Fatal("the README has no walkthrough")
	}
	script, _, _ := strings.Cut(rest, "```")
	p := up(t, bin(t, "percorsi", "./services/percorsi"), filepath.Join(t.TempDir(), "data"))
	grpcurl := bin(t, "grpcurl", "-modfile=scripts/tools/go.mod", "github.com/fullstorydev/grpcurl/cmd/grpcurl")
	walk := func() string {
		cmd := exec.CommandContext(t.Context(), "bash", "-euo", "pipefail", "-c", script)
		cmd.Dir = t.TempDir()
		cmd.Env = append(os.Environ(), "ADDR="+p.addr, "DATA="+p.data,
			"PATH="+filepath.Dir(p.path)+":"+filepath.Dir(grpcurl)+":"+os.Getenv("PATH"))
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("the walkthrough fails: %v\n%s", err, out)
		}
		return string(out)
	}
	before := p.figures("--period", "2025", "H1.OUT.1", "H1.IMP.1", "H1.IMP.2")
	out := walk()
	after := p.figures("--period", "2025", "H1.OUT.1", "H1.IMP.1", "H1.IMP.2")
	for i := range after {
		if after[i].Numerator != before[i].Numerator+1 {
			t.Errorf("%s was %d and is %d, want one more", after[i].ID, before[i].Numerator, after[i].Numerator)
		}
	}
	if !strings.Contains(out, "path_concluded") {
		t.Errorf("the walkthrough does not end with the history of the case:\n%s", out)
	}
	verified := p.run("log", "verify")
	walk()
	if again := p.run("log", "verify"); !bytes.Equal(verified, again) {
		t.Errorf("the second walk changed the log: %s, then %s", verified, again)
	}
	p.stop()
}
