package telemetry_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"percorsi/internal/platform/telemetry"
)

func counter(name string) prometheus.Collector {
	return prometheus.NewCounter(prometheus.CounterOpts{Name: name, Help: "A counter."})
}

func TestThePageShowsTheProcessAndWhatItIsGiven(t *testing.T) {
	h, err := telemetry.Handler(counter("percorsi_things_total"))
	if err != nil {
		t.Fatal(err)
	}
	answer := httptest.NewRecorder()
	h.ServeHTTP(answer, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics", http.NoBody))
	if answer.Code != http.StatusOK {
		t.Fatalf("%d %s", answer.Code, answer.Body)
	}
	for _, want := range []string{"percorsi_things_total 0", "go_goroutines", "process_start_time_seconds"} {
		if !strings.Contains(answer.Body.String(), want) {
			t.Errorf("the page lacks %s", want)
		}
	}
}

func TestTwoPagesOfOneProcessDoNotDisturbEachOther(t *testing.T) {
	for range 2 {
		if _, err := telemetry.Handler(counter("percorsi_things_total")); err != nil {
			t.Error(err)
		}
	}
}

func TestTwoMetricsOfOneNameAreRefused(t *testing.T) {
	if _, err := telemetry.Handler(counter("a_total"), counter("a_total")); err == nil {
		t.Error("they are taken")
	}
}
