package rpc

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/health"
	healthgrpc "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/reflection"

	"percorsi/internal/access"
)

// Config is what a server needs. Only Verify has no default.
type Config struct {
	// Verify gives the caller that a token names, or an Unauthenticated fault.
	Verify func(token string) (access.Caller, error)
	// Logger gets internal errors, each once, and at debug level a line a
	// call; nil drops them.
	Logger *slog.Logger
	// MaxMessageBytes bounds a request; 0 means 1 MiB. A larger one is
	// answered RESOURCE_EXHAUSTED.
	MaxMessageBytes int
	// DefaultTimeout bounds a unary call that states no deadline; 0 means 10
	// seconds. Streams last as long as their callers want.
	DefaultTimeout time.Duration
	// Endless are the full names of the streams that never end by themselves:
	// EndWatches ends them.
	Endless []string
	// Options are added to those of the package: credentials, statistics.
	Options []grpc.ServerOption
}

// Server is a gRPC server with the edge in front of every service registered
// with it, with server reflection and health.
type Server struct {
	*grpc.Server
	health  *health.Server
	endless *endless
}

var _ reflection.GRPCServer = (*Server)(nil)

// NewServer makes a server that has no service yet and reports itself as not
// serving. It compiles the rules of every request of the API linked into the
// program, once for all servers.
func NewServer(cfg Config) (*Server, error) {
	if cfg.Verify == nil {
		return nil, errors.New("make gRPC server: no way to verify tokens was given")
	}
	requests, err := requestsOfTheProgram()
	if err != nil {
		return nil, fmt.Errorf("make gRPC server: %w", err)
	}
	logger := cmp.Or(cfg.Logger, slog.New(slog.DiscardHandler))
	endless := newEndless(cfg.Endless)
	own := options(cfg, []layer{
		&callLog{logger: logger},
		&faults{logger: logger},
		recovery{},
		endless,
		deadline{timeout: cmp.Or(cfg.DefaultTimeout, defaultTimeout)},
		&admission{verify: cfg.Verify},
		requests,
	})
	s := &Server{
		Server:  grpc.NewServer(append(own, cfg.Options...)...),
		health:  health.NewServer(),
		endless: endless,
	}
	healthgrpc.RegisterHealthServer(s, s.health)
	reflection.Register(s)
	s.SetServing(false)
	return s, nil
}

// SetServing tells health checks whether the server does its work, for the
// server as a whole and for each service of the API. Call it with true when
// all services are registered, and with false before draining.
func (s *Server) SetServing(serving bool) {
	status := healthgrpc.HealthCheckResponse_NOT_SERVING
	if serving {
		status = healthgrpc.HealthCheckResponse_SERVING
	}
	s.health.SetServingStatus("", status)
	for name := range s.GetServiceInfo() {
		if strings.HasPrefix(name, apiPrefix) {
			s.health.SetServingStatus(name, status)
		}
	}
}

// EndWatches ends the calls that never end by themselves with UNAVAILABLE, now
// and from now on. Call it before draining.
func (s *Server) EndWatches() { s.endless.end() }
