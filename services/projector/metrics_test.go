package projector_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil/promlint"

	"percorsi/internal/casework/casetest"
	"percorsi/internal/eventlog/memlog"
	"percorsi/internal/platform/telemetry"
	"percorsi/services/projector"
)

// text reads the page of metrics.
func text(t *testing.T, h http.Handler) string {
	t.Helper()
	answer := httptest.NewRecorder()
	h.ServeHTTP(answer, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics", http.NoBody))
	if answer.Code != http.StatusOK {
		t.Fatalf("%d %s", answer.Code, answer.Body)
	}
	return answer.Body.String()
}

// page gives the metrics: values by name and labels.
func page(t *testing.T, h http.Handler) map[string]float64 {
	t.Helper()
	values := map[string]float64{}
	for line := range strings.Lines(text(t, h)) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), " ")
		if v, err := strconv.ParseFloat(value, 64); err == nil && key != "#" {
			values[key] = v
		}
	}
	return values
}

func handler(t *testing.T, p *projector.Projector) http.Handler {
	t.Helper()
	h, err := telemetry.Handler(p.Metrics())
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// expect compares some of the metrics.
func expect(t *testing.T, when string, got, want map[string]float64) {
	t.Helper()
	for name, value := range want {
		if v, ok := got["percorsi_projection_"+name]; !ok || v != value {
			t.Errorf("%s: %s is %v (there: %t), want %v", when, name, v, ok, value)
		}
	}
}

func TestTheMetricsShowWhereTheModelStands(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log, m := memlog.New(time.Now), gated{emptyModel(), make(chan struct{})}
		history := casetest.District(26, 10)
		record(t, log, history[0])
		store(t, log, "case.0190a1b2-7c3d-7e4f-8a5b-112233445566", []byte{0xff})
		p := projector.New(projector.Config{Log: log, Model: m, BatchSize: 2})
		h := handler(t, p)
		stop := run(t, p)
		m.gate <- struct{}{}
		select { // the two may have come one by one
		case m.gate <- struct{}{}:
		case <-time.After(time.Second):
		}
		<-p.Ready()
		<-time.After(2 * time.Second)
		expect(t, "in step", page(t, h), map[string]float64{
			"position": 2, "log_position": 2, "lag_facts": 0, "lag_seconds": 0, "quarantined": 1, "leading": 1, "up": 1,
			`health{state="poisoned"}`: 1, `health{state="live"}`: 0, "facts_total": float64(len(history[0].GetFacts())),
		})
		record(t, log, history[1:4]...)
		<-time.After(45 * time.Second)
		got := page(t, h)
		expect(t, "stuck", got, map[string]float64{
			"position": 2, "log_position": 5, "lag_facts": 3, `health{state="stuck"}`: 1, `health{state="poisoned"}`: 0,
		})
		if behind := got["percorsi_projection_lag_seconds"]; behind < 44 || behind > 45 {
			t.Errorf("%v seconds behind, want 44 to 45", behind)
		}
		if batches := got["percorsi_projection_batch_seconds_count"]; batches < 1 || batches > 2 {
			t.Errorf("%v batches were measured", batches)
		}
		_ = stop()
	})
}

func TestEveryHealthIsAMetricAndOneOfThemIsTrue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := projector.New(projector.Config{Log: memlog.New(time.Now), Model: emptyModel(), Lead: never})
		h := handler(t, p)
		stop := run(t, p)
		<-p.Ready()
		<-time.After(2 * time.Second)
		got := page(t, h)
		expect(t, "following", got, map[string]float64{"leading": 0})
		sum := 0.0
		for _, health := range projector.Healths() {
			v, ok := got[fmt.Sprintf("percorsi_projection_health{state=%q}", string(health))]
			if !ok {
				t.Errorf("%s is not shown", health)
			}
			sum += v
		}
		if sum != 1 {
			t.Errorf("%v states are true", sum)
		}
		_ = stop()
	})
}

func TestTheMetricsTellAnAnswerFromAnOldOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := &away{Log: memlog.New(time.Now), Model: emptyModel()}
		record(t, a.Log, casetest.District(27, 2)...)
		p := projector.New(projector.Config{Log: a, Model: a})
		h := handler(t, p)
		stop := run(t, p)
		<-p.Ready()
		a.model.Store(true)
		<-time.After(2 * time.Second)
		last := float64(lastOf(t, a.Log))
		expect(t, "the database is away", page(t, h), map[string]float64{"up": 0, "position": last, "log_position": last})
		_ = stop()
	})
}

func lastOf(t *testing.T, log *memlog.Log) uint64 {
	t.Helper()
	last, err := log.Last(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return uint64(last)
}

func TestBeforeTheFirstLookThereIsNothingToShow(t *testing.T) {
	p := projector.New(projector.Config{Log: memlog.New(time.Now), Model: emptyModel()})
	for key := range page(t, handler(t, p)) {
		if strings.HasPrefix(key, "percorsi_") && !strings.HasPrefix(key, "percorsi_projection_batch_seconds") {
			t.Errorf("%s is shown", key)
		}
	}
}

func TestTheMetricsKeepToTheCustomsOfPrometheus(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := projector.New(projector.Config{Log: memlog.New(time.Now), Model: emptyModel()})
		stop := run(t, p)
		<-p.Ready()
		<-time.After(2 * time.Second)
		problems, err := promlint.New(strings.NewReader(text(t, handler(t, p)))).Lint()
		if err != nil || len(problems) > 0 {
			t.Errorf("%v %v", problems, err)
		}
		_ = stop()
	})
}
