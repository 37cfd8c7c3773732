package embednats

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
)

const (
	// startTimeout bounds the wait for a server that has already recovered its
	// streams: recovery itself happens before it and may take minutes.
	startTimeout = 30 * time.Second
	// maxStore lifts the server's own limit on disk use. By default it is
	// three quarters of what is free at start, which after a restart can be
	// less than the log already takes, and then nothing can be written.
	maxStore = 1 << 60
	// maxMemory bounds streams in memory, of which there are none.
	maxMemory = 64 << 20
)

// ErrInUse says that a directory is that of a server that runs.
var ErrInUse = errors.New("in use by another process")

// Config says where the server keeps its data.
type Config struct {
	// Dir is the directory of the data. It is made if it does not exist, and
	// locked: one process at a time may use it.
	Dir string
	// Logger gets what the server has to say, from warnings upwards. Nil
	// stands for slog.Default().
	Logger *slog.Logger
	// Unsynced leaves the syncing to the operating system. Acknowledged
	// writes can then be lost when the power fails: for tests only.
	Unsynced bool
}

// Server is a running server. Create it with Start.
type Server struct {
	nats *server.Server
	lock *os.File

	mu    sync.Mutex
	conns []*nats.Conn
}

// Start opens or creates the data in cfg.Dir and waits until the server can be
// used. Opening a long log takes a while. The errors are for the operator: a
// directory that is in use (ErrInUse) or cannot be written, data that cannot
// be read.
func Start(cfg Config) (*Server, error) {
	if cfg.Dir == "" {
		return nil, errors.New("start embedded NATS: no data directory is given")
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.Default()
	}
	lock, err := lockDir(cfg.Dir)
	if err != nil {
		return nil, fmt.Errorf("start embedded NATS: %w", err)
	}
	ns, err := run(cfg)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("start embedded NATS in %s: %w", cfg.Dir, err), lock.Close())
	}
	return &Server{nats: ns, lock: lock}, nil
}

func run(cfg Config) (*server.Server, error) {
	ns, err := server.NewServer(&server.Options{
		ServerName:         "percorsi",
		DontListen:         true,
		NoSigs:             true,
		JetStream:          true,
		StoreDir:           cfg.Dir,
		SyncAlways:         !cfg.Unsynced,
		JetStreamMaxStore:  maxStore,
		JetStreamMaxMemory: maxMemory,
	})
	if err != nil {
		return nil, err
	}
	log := &logger{to: cfg.Logger.With(slog.String("component", "nats"))}
	ns.SetLoggerV2(log, false, false, false)
	ns.Start()
	if err := log.fatal(); err != nil {
		stop(ns)
		return nil, err
	}
	if !ns.ReadyForConnections(startTimeout) {
		stop(ns)
		return nil, fmt.Errorf("the server is not ready after %v", startTimeout)
	}
	return ns, nil
}

// Conn opens a new connection to the server, within the process. Whoever
// appends and whoever reads in bulk should each have their own, so that
// answers do not queue behind a replay. Shutdown closes them all.
func (s *Server) Conn() (*nats.Conn, error) {
	nc, err := nats.Connect("", nats.InProcessServer(s.nats), nats.ReconnectBufSize(-1),
		nats.MaxReconnects(-1), nats.ReconnectWait(100*time.Millisecond))
	if err != nil {
		return nil, fmt.Errorf("connect to embedded NATS: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.conns = append(s.conns, nc)
	return nc, nil
}

// Shutdown closes every connection, stops the server and waits until its files
// are closed, or until ctx ends. The directory stays locked as long as the
// server may still write to it.
func (s *Server) Shutdown(ctx context.Context) error {
	s.mu.Lock()
	for _, nc := range s.conns {
		nc.Close()
	}
	s.conns = nil
	s.mu.Unlock()
	stopped := make(chan error, 1)
	go func() {
		stop(s.nats)
		stopped <- s.lock.Close()
	}()
	select {
	case err := <-stopped:
		if errors.Is(err, os.ErrClosed) { // a second call
			return nil
		}
		return err
	case <-ctx.Done():
		return fmt.Errorf("stop embedded NATS: %w", ctx.Err())
	}
}

func stop(ns *server.Server) {
	ns.Shutdown()
	ns.WaitForShutdown()
}
