package servertest

import (
	"testing"

	"google.golang.org/grpc"

	"percorsi/internal/access"
	"percorsi/internal/eventlog/jetstream"
	"percorsi/internal/testenv/postgres"
	"percorsi/services/percorsi/server"
)

// Group is a deployment of several servers: one log, and one set of keys in
// PostgreSQL. Its servers are of one machine: they share a data folder.
type Group struct {
	t testing.TB
	// Data, NATS and Keys are what all servers are given, and so is Postgres,
	// where their read model is; without it each has one in memory.
	Data, NATS, Keys, Postgres string

	servers []member
}

// member is one server with what it serves.
type member struct {
	*Running
	services []server.Service
}

// NewGroup makes a deployment without servers, whose read models are in memory.
func NewGroup(t testing.TB) *Group {
	t.Helper()
	return &Group{t: t, Data: t.TempDir(), NATS: NATS(t), Keys: postgres.Database(t)}
}

// NewGroupOnPostgres makes a deployment without servers, which will share a
// read model in PostgreSQL.
func NewGroupOnPostgres(t testing.TB) *Group {
	t.Helper()
	g := NewGroup(t)
	g.Postgres = postgres.Database(t)
	return g
}

// Start adds a server that serves what is named, or everything.
func (g *Group) Start(services ...server.Service) *Running {
	g.t.Helper()
	r := g.Begin(services...)
	r.WaitReady()
	return r
}

// Begin adds a server and does not wait for it.
func (g *Group) Begin(services ...server.Service) *Running {
	g.t.Helper()
	r := Begin(g.t, g.Data, g.Config, func(c *server.Config) { c.Services = services })
	if len(services) == 0 {
		services = server.Services()
	}
	g.servers = append(g.servers, member{Running: r, services: services})
	return r
}

// Config makes a configuration one of this deployment.
func (g *Group) Config(c *server.Config) { c.NATS, c.Keys, c.Postgres = g.NATS, g.Keys, g.Postgres }

// StartProcess starts a server of this deployment in a process of its own, and
// does not wait for it. No calls are sent to it by As.
func (g *Group) StartProcess(changes ...func(*server.Config)) *Process {
	g.t.Helper()
	return StartProcess(g.t, g.Data, append([]func(*server.Config){g.Config}, changes...)...)
}

// Issuer makes tokens for the servers of this deployment. One of them must have
// begun: it makes the keys.
func (g *Group) Issuer() *access.Issuer {
	g.t.Helper()
	issuer, err := server.OpenIssuer(g.t.Context(), g.Data, g.Keys)
	if err != nil {
		g.t.Fatalf("open the keys: %v", err)
	}
	return issuer
}

// Log opens the log of this deployment beside its servers.
func (g *Group) Log() *jetstream.Log {
	g.t.Helper()
	return OpenLog(g.t, g.NATS)
}

// As connects to all servers as somebody: each call goes to one that serves
// it, taking turns where there are several.
func (g *Group) As(role access.Role, user, body string) grpc.ClientConnInterface {
	g.t.Helper()
	s := &spread{conns: map[server.Service][]*grpc.ClientConn{}}
	for _, m := range g.servers {
		conn := m.As(role, user, body)
		for _, service := range m.services {
			s.conns[service] = append(s.conns[service], conn)
		}
	}
	return s
}
