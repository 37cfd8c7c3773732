package notifier_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil/promlint"

	"percorsi/internal/eventlog"
	"percorsi/internal/notice/outbox"
	"percorsi/internal/platform/telemetry"
	"percorsi/services/notifier"
)

// measured runs a notifier and gives a reader of its page of metrics.
func (w *world) measured() (page func() string, stop func()) {
	w.t.Helper()
	n := notifier.New(w.config())
	h, err := telemetry.Handler(n.Metrics())
	if err != nil {
		w.t.Fatal(err)
	}
	return func() string {
		answer := httptest.NewRecorder()
		h.ServeHTTP(answer, httptest.NewRequestWithContext(w.t.Context(), http.MethodGet, "/metrics", http.NoBody))
		return answer.Body.String()
	}, running(w.t, n.Run)
}

// values gives what a page says of notices.
func values(t *testing.T, page string) map[string]float64 {
	t.Helper()
	out := map[string]float64{}
	for line := range strings.Lines(page) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), " ")
		if name, ok := strings.CutPrefix(key, "percorsi_notices_"); ok {
			v, err := strconv.ParseFloat(value, 64)
			if err != nil {
				t.Fatal(err)
			}
			out[name] = v
		}
	}
	return out
}

// expect compares some of what a page says; what must not be there is -1.
func expect(t *testing.T, when string, got, want map[string]float64) {
	t.Helper()
	for name, value := range want {
		v, ok := got[name]
		if !ok {
			v = -1
		}
		if v != value {
			t.Errorf("%s: %s is %v, want %v", when, name, v, value)
		}
	}
}

func TestTheMetricsShowHowFarNoticesWereGiven(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := inMemory(t)
		w.begin()
		commits := assigned(4)
		w.record(commits[:3]...)
		kept := w.kept
		page, stop := w.measured()
		<-time.After(20 * time.Second)
		expect(t, "in step", values(t, page()), map[string]float64{
			"position": 3, "log_position": 3, "lag_facts": 0, "lag_seconds": 0, "working": 1, "up": 1,
			`given_total{kind="assigned"}`: 2, `given_total{kind="handed-over"}`: 1, `given_total{kind="approved"}`: 0,
		})
		stop()

		w.kept = &breaking{Log: kept}
		page, stop = w.measured()
		<-time.After(5 * time.Minute)
		w.record(commits[3])
		<-time.After(10 * time.Minute)
		got := values(t, page())
		expect(t, "while the outbox cannot be written", got, map[string]float64{
			"position": 3, "log_position": 4, "lag_facts": 1, "working": 1, "up": 1, `given_total{kind="assigned"}`: 0,
		})
		if behind := got["lag_seconds"]; behind < 590 || behind > 600 {
			t.Errorf("the oldest commit waits for %v seconds, want almost 600", behind)
		}
		stop()
	})
}

// rival is an outbox that another notifier writes all the time.
type rival struct {
	outbox.Log
}

func (r rival) AppendAll(context.Context, eventlog.Expectation, []eventlog.Entry) (eventlog.Position, error) {
	return 0, &eventlog.Conflict{}
}

func (r rival) Last(ctx context.Context) (eventlog.Position, error) {
	o := outbox.New(r.Log, "lodi")
	at, err := o.Stand(ctx)
	if err != nil {
		return 0, err
	}
	at, err = o.Send(ctx, at, outbox.Batch{Mark: at.Position})
	return eventlog.Position(at.Last), err
}

// What a process that stands by has gone through says nothing, and must wake
// nobody.
func TestAProcessThatStandsBySaysSoAndNothingElse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := inMemory(t)
		w.begin()
		w.record(assigned(3)...)
		w.kept = rival{w.kept}
		page, stop := w.measured()
		<-time.After(20 * time.Second)
		expect(t, "standing by", values(t, page()), map[string]float64{
			"position": -1, "lag_facts": -1, "lag_seconds": -1, "log_position": 3, "working": 0, "up": 1,
		})
		stop()
	})
}

// mute is an outbox that cannot be read.
type mute struct {
	outbox.Log
}

func (mute) Last(context.Context) (eventlog.Position, error) { return 0, eventlog.ErrUnavailable }

// Who does not know yet where to go on must not say that all of the log waits.
func TestAProcessThatHasNotBegunShowsNoLag(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := inMemory(t)
		w.begin()
		w.record(assigned(3)...)
		w.kept = mute{w.kept}
		page, stop := w.measured()
		<-time.After(20 * time.Second)
		expect(t, "before it began", values(t, page()), map[string]float64{
			"position": -1, "lag_facts": -1, "lag_seconds": -1, "log_position": 3, "working": 0, "up": 1,
		})
		stop()
	})
}

func TestTheMetricsOfNoticesKeepToTheCustomsOfPrometheus(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := inMemory(t)
		page, stop := w.measured()
		synctest.Wait()
		problems, err := promlint.New(strings.NewReader(page())).Lint()
		if err != nil || len(problems) > 0 {
			t.Errorf("%v %v", problems, err)
		}
		stop()
	})
}
