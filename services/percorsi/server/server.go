package server

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"golang.org/x/sync/errgroup"
	"google.golang.org/grpc"

	"percorsi/deploy/approvals"
	"percorsi/deploy/clocks"
	"percorsi/deploy/comuni"
	"percorsi/deploy/forms"
	"percorsi/internal/access"
	"percorsi/internal/casework"
	"percorsi/internal/casework/approvalfile"
	"percorsi/internal/casework/clockfile"
	"percorsi/internal/casework/formfile"
	"percorsi/internal/eventlog"
	"percorsi/internal/person"
	"percorsi/internal/presence"
	"percorsi/internal/privacy"
	"percorsi/internal/readmodel"
	"percorsi/internal/rpc"
	"percorsi/services/projector"
)

// Server is the program: the log, the keys, the read model and the services of
// one process. Create it with Open.
type Server struct {
	cfg       Config
	store     *store
	vault     *privacy.Vault
	issuer    *access.Issuer
	model     *model
	projector *projector.Projector
	clocks    []casework.ClockRule
	book      casework.Rulebook
	comuni    person.Register

	presence *presence.Board
	notices  notices
	rpc      *rpc.Server
	services services
	grpc     net.Listener
	http     net.Listener
	ready    chan struct{}
}

// Open opens everything a server needs and binds its addresses. Nothing is
// served before Run. The errors are for the operator.
func Open(ctx context.Context, cfg Config) (*Server, error) {
	cfg, err := cfg.withDefaults()
	if err != nil {
		return nil, err
	}
	s := &Server{cfg: cfg, ready: make(chan struct{})}
	for _, step := range []func(context.Context) error{s.openData, s.openLog, s.openKeys, s.openModel, s.openNotices, s.openServices, s.listen} {
		if err := step(ctx); err != nil {
			return nil, errors.Join(err, s.Close(ctx))
		}
	}
	return s, nil
}

// openData reads the data files the program ships.
func (s *Server) openData(context.Context) (err error) {
	if s.clocks, err = clockfile.Read(clocks.YAML()); err != nil {
		return fmt.Errorf("read the clocks: %w", err)
	}
	known, err := formfile.Read(forms.YAML())
	if err != nil {
		return fmt.Errorf("read the forms: %w", err)
	}
	s.book.Forms = *known
	if s.book.Approvals, err = approvalfile.Read(approvals.YAML()); err != nil {
		return fmt.Errorf("read the approvals: %w", err)
	}
	if s.comuni, err = person.ReadComuni(comuni.JSON()); err != nil {
		return fmt.Errorf("read the Comuni: %w", err)
	}
	return nil
}

func (s *Server) openLog(ctx context.Context) (err error) {
	s.store, err = openStore(ctx, s.cfg)
	return err
}

// today is the day in the zone of the office.
func (s *Server) today() casework.Day { return casework.DayOf(s.cfg.Now().In(s.cfg.Zone)) }

func (s *Server) listen(ctx context.Context) (err error) {
	var lc net.ListenConfig
	if s.grpc, err = lc.Listen(ctx, "tcp", s.cfg.GRPC); err != nil {
		return fmt.Errorf("listen for gRPC: %w", err)
	}
	if s.http, err = lc.Listen(ctx, "tcp", s.cfg.HTTP); err != nil {
		return fmt.Errorf("listen for HTTP: %w", err)
	}
	return nil
}

// Addr is where the API is served.
func (s *Server) Addr() string { return s.grpc.Addr().String() }

// HTTPAddr is where the health checks are served.
func (s *Server) HTTPAddr() string { return s.http.Addr().String() }

// Issuer makes and verifies the tokens of this server.
func (s *Server) Issuer() *access.Issuer { return s.issuer }

// Log is the log that the server writes.
func (s *Server) Log() interface {
	At(ctx context.Context, p eventlog.Position) (eventlog.Record, error)
	Last(ctx context.Context) (eventlog.Position, error)
} {
	return s.store.log
}

// Ready is closed once the read model has caught up and calls are served.
func (s *Server) Ready() <-chan struct{} { return s.ready }

// drainFor is how long calls under way may take to end.
const drainFor = 10 * time.Second

// Run serves until ctx ends, and then lets the calls under way come to their
// end. It gives the first failure, and nil for an end by ctx.
func (s *Server) Run(ctx context.Context) error {
	group, ctx := errgroup.WithContext(ctx)
	handler, err := s.health()
	if err != nil {
		return err
	}
	web := &http.Server{Handler: handler, ReadHeaderTimeout: 5 * time.Second}
	group.Go(func() error { return s.project(ctx) })
	group.Go(func() error { return unlessEnded(ctx, s.presence.Run(ctx)) })
	group.Go(func() error { return s.notify(ctx) })
	group.Go(func() error { return unlessClosed(web.Serve(s.http)) })
	group.Go(func() error { return s.serveWhenCaughtUp(ctx) })
	group.Go(func() error {
		<-ctx.Done()
		s.rpc.SetServing(false)
		s.rpc.EndWatches()
		s.drain()
		return web.Close()
	})
	return group.Wait()
}

// project keeps the read model up to date.
func (s *Server) project(ctx context.Context) error { return unlessEnded(ctx, s.projector.Run(ctx)) }

// unlessEnded drops the error of a loop that ended because it was asked to.
func unlessEnded(ctx context.Context, err error) error {
	if ctx.Err() == nil {
		return err
	}
	return nil
}

func unlessClosed(err error) error {
	if errors.Is(err, http.ErrServerClosed) || errors.Is(err, grpc.ErrServerStopped) {
		return nil
	}
	return err
}

// serveWhenCaughtUp begins to serve once every answer covers the whole log. On
// a log without a plan it publishes the one that the program ships.
func (s *Server) serveWhenCaughtUp(ctx context.Context) error {
	select {
	case <-s.projector.Ready():
	case <-ctx.Done():
		return nil
	}
	if err := s.publishShippedPlan(ctx); err != nil {
		return fmt.Errorf("publish the plan: %w", err)
	}
	s.rpc.SetServing(true)
	close(s.ready)
	return unlessClosed(s.rpc.Serve(s.grpc))
}

// drain refuses new calls and waits for those under way, but not for ever: an
// export may take minutes.
func (s *Server) drain() {
	done := make(chan struct{})
	go func() {
		s.rpc.GracefulStop()
		close(done)
	}()
	t := time.NewTimer(drainFor)
	defer t.Stop()
	select {
	case <-done:
	case <-t.C:
		s.rpc.Stop()
		<-done
	}
}

// Close gives back what Open took. Call it after Run has returned.
func (s *Server) Close(ctx context.Context) error {
	var errs []error
	for _, l := range []net.Listener{s.grpc, s.http} {
		if l != nil {
			if err := l.Close(); !errors.Is(err, net.ErrClosed) {
				errs = append(errs, err)
			}
		}
	}
	if s.model != nil {
		errs = append(errs, s.model.close(ctx))
	}
	if s.store != nil {
		errs = append(errs, s.store.close(ctx))
	}
	if s.vault != nil {
		errs = append(errs, s.vault.Close())
	}
	return errors.Join(errs...)
}

// HasCases tells whether any case is recorded.
func (s *Server) HasCases(ctx context.Context) bool {
	page, err := s.model.Cases(ctx, readmodel.Everything(), readmodel.CaseFilter{}, readmodel.Page{Size: 1})
	return err != nil || page.Total > 0
}
