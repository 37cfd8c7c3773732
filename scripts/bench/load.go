package main

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	"github.com/nats-io/nats.go"
	natsjs "github.com/nats-io/nats.go/jetstream"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"percorsi/internal/access"
	"percorsi/internal/client"
	"percorsi/internal/eventlog"
	"percorsi/internal/eventlog/jetstream"
	casefilev1 "percorsi/internal/gen/percorsi/casefile/v1"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	intakev1 "percorsi/internal/gen/percorsi/intake/v1"
	personv1 "percorsi/internal/gen/percorsi/person/v1"
	"percorsi/internal/platform/embednats"
	"percorsi/services/percorsi/server"
)

const (
	// inFlight is how many commands wait for their answer at a time.
	inFlight = 64
	// casesPerWorker spreads the commands over many cases.
	casesPerWorker = 32
	// connections carries the calls of all workers.
	connections = 4
	body        = "ACSI"
	today       = "2025-06-30"
)

// commands sends commands to the real program over loopback.
type commands struct {
	clients []intakev1.IntakeServiceClient
	conns   []*grpc.ClientConn
	cases   []string
	log     eventlogReader
	stop    func() error
}

// eventlogReader reads records by position.
type eventlogReader interface {
	Last(ctx context.Context) (eventlog.Position, error)
	At(ctx context.Context, p eventlog.Position) (eventlog.Record, error)
}

// startServer runs the program on a folder until stop is called.
func startServer(ctx context.Context, dir string) (*server.Server, func() error, error) {
	s, err := server.Open(ctx, server.Config{Data: dir, GRPC: "127.0.0.1:0", HTTP: "127.0.0.1:0"})
	if err != nil {
		return nil, nil, err
	}
	running, cancel := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- s.Run(running) }()
	stop := func() error {
		cancel()
		err := <-ended
		return firstOf(err, s.Close(context.WithoutCancel(ctx)))
	}
	select {
	case <-s.Ready():
		return s, stop, nil
	case err := <-ended:
		ended <- err
		return nil, nil, firstOf(err, stop())
	}
}

func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// dial connects to a server as a case manager.
func dial(s *server.Server, role access.Role) (*grpc.ClientConn, error) {
	token, err := s.Issuer().Issue(access.Caller{User: "op-001", Role: role, Body: body}, 12*time.Hour)
	if err != nil {
		return nil, err
	}
	return grpc.NewClient(s.Addr(),
		grpc.WithTransportCredentials(insecure.NewCredentials()), grpc.WithPerRPCCredentials(client.Bearer(token)))
}

// newCommands boots the program and opens the cases that commands go to.
func newCommands(ctx context.Context, dir string) (*commands, error) {
	s, stop, err := startServer(ctx, dir)
	if err != nil {
		return nil, err
	}
	c := &commands{stop: stop, log: s.Log(), cases: make([]string, inFlight*casesPerWorker)}
	for range connections {
		conn, err := dial(s, access.CaseManager)
		if err != nil {
			return nil, err
		}
		c.conns = append(c.conns, conn)
		c.clients = append(c.clients, intakev1.NewIntakeServiceClient(conn))
	}
	return c, c.open(ctx)
}

func (c *commands) close() error {
	for _, conn := range c.conns {
		_ = conn.Close()
	}
	return c.stop()
}

// open opens every case for a person of its own.
func (c *commands) open(ctx context.Context) error {
	return inParallel(inFlight, func(worker int) error {
		people := personv1.NewPersonServiceClient(c.conns[worker%connections])
		for i := range casesPerWorker {
			p, err := people.RegisterPerson(ctx, &personv1.RegisterPersonRequest{
				CommandId: uuid.NewString(), OccurredOn: today, IdentifierKind: eventv1.IdentifierKind_IDENTIFIER_KIND_NONE,
				Identity: &eventv1.Identity{Surname: "Prova", Name: "Misura"},
			})
			if err != nil {
				return err
			}
			opened, err := c.clients[worker%connections].Signal(ctx, &intakev1.SignalRequest{
				Command: &casefilev1.Command{CommandId: uuid.NewString(), OccurredOn: today},
				Fact: &eventv1.Signalled{
					PersonId: p.GetPersonId(), Pathway: eventv1.Pathway_PATHWAY_GENERALE, Area: eventv1.Area_AREA_HOUSING,
					Service: eventv1.Service_SERVICE_HOUSING_AGENCY, Comune: "098031", ManagingBody: body,
					SignalledByKind: eventv1.BodyKind_BODY_KIND_CITIZEN,
				},
			})
			if err != nil {
				return err
			}
			c.cases[worker*casesPerWorker+i] = opened.GetCaseId()
		}
		return nil
	})
}

// send records the n-th contact of a worker.
func (c *commands) send(ctx context.Context, worker, n int) error {
	_, err := c.clients[worker%connections].AttemptContact(ctx, &intakev1.AttemptContactRequest{
		Command: &casefilev1.Command{
			CommandId: uuid.NewString(), OccurredOn: today,
			CaseId: c.cases[worker%inFlight*casesPerWorker+n%casesPerWorker],
		},
		Fact: &eventv1.ContactAttempted{Channel: eventv1.Channel_CHANNEL_PHONE, Reached: true},
	})
	return err
}

// raw publishes the bytes of a command straight to JetStream: the limit.
type raw struct {
	embedded *embednats.Server
	js       natsjs.JetStream
	message  nats.Msg
	last     []atomic.Uint64 // by subject, owned by one worker at a time
}

// newRaw starts a server like that of the program, on files beside its own.
func newRaw(ctx context.Context, dir string) (*raw, error) {
	embedded, err := embednats.Start(embednats.Config{Dir: dir})
	if err != nil {
		return nil, err
	}
	conn, err := embedded.Conn()
	if err != nil {
		return nil, err
	}
	if _, err := jetstream.Open(ctx, jetstream.Config{Conn: conn, Name: "RAW", Prefix: "raw"}); err != nil {
		return nil, err
	}
	js, err := natsjs.New(conn)
	return &raw{embedded: embedded, js: js, last: make([]atomic.Uint64, inFlight*casesPerWorker)}, err
}

// take copies the newest message of a log, so that both sides write the same.
func (r *raw) take(ctx context.Context, log eventlogReader) error {
	last, err := log.Last(ctx)
	if err != nil {
		return err
	}
	record, err := log.At(ctx, last)
	if err != nil {
		return err
	}
	r.message = nats.Msg{Data: record.Data, Header: nats.Header{}}
	for k, v := range record.Header {
		r.message.Header.Set(k, v)
	}
	return nil
}

// send publishes the n-th message of a worker, guarded by the last position of
// its subject.
func (r *raw) send(ctx context.Context, worker, n int) error {
	i := worker%inFlight*casesPerWorker + n%casesPerWorker
	m := &nats.Msg{Subject: fmt.Sprintf("raw.case.%d", i), Data: r.message.Data, Header: nats.Header{}}
	maps.Copy(m.Header, r.message.Header)
	ack, err := r.js.PublishMsg(ctx, m, natsjs.WithExpectLastSequencePerSubject(r.last[i].Load()))
	if err != nil {
		return err
	}
	r.last[i].Store(ack.Sequence)
	return nil
}

// inParallel runs workers and gives the first error.
func inParallel(workers int, work func(worker int) error) error {
	var wg sync.WaitGroup
	errs := make([]error, workers)
	for w := range workers {
		wg.Go(func() { errs[w] = work(w) })
	}
	wg.Wait()
	return firstOf(errs...)
}

// scratch makes a folder for the files of a benchmark; the caller removes it.
func scratch(name string) (string, func(), error) {
	dir, err := os.MkdirTemp("", "percorsi-bench-")
	if err != nil {
		return "", nil, err
	}
	return filepath.Join(dir, name), func() { _ = os.RemoveAll(dir) }, nil
}
