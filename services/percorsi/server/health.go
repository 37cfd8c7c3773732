package server

import (
	"encoding/json"
	"net/http"

	"github.com/prometheus/client_golang/prometheus"

	"percorsi/internal/platform/telemetry"
	"percorsi/services/projector"
)

// health serves /healthz, which says that the process lives, and /readyz, which
// tells a read model that is late from one that is stuck or poisoned, and
// /metrics for Prometheus.
func (s *Server) health() (http.Handler, error) {
	shown := []prometheus.Collector{s.projector.Metrics()}
	if s.notices.notifier != nil {
		shown = append(shown, s.notices.notifier.Metrics())
	}
	metrics, err := telemetry.Handler(shown...)
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", metrics)
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	mux.HandleFunc("GET /readyz", s.readyz)
	return mux, nil
}

func (s *Server) readyz(w http.ResponseWriter, r *http.Request) {
	status, err := s.projector.Status(r.Context())
	if err != nil {
		http.Error(w, "the log cannot be read", http.StatusServiceUnavailable)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	if !s.serves() || status.Health == projector.Stuck || status.Health == projector.Failed {
		w.WriteHeader(http.StatusServiceUnavailable)
	}
	_ = json.NewEncoder(w).Encode(map[string]any{ // a client that hung up needs no answer
		"state": status.Health, "leading": status.Leading, "position": status.Position, "last": status.Last,
		"lag_seconds": status.Behind.Seconds(), "quarantined": status.Quarantined,
	})
}

func (s *Server) serves() bool {
	select {
	case <-s.ready:
		return true
	default:
		return false
	}
}
