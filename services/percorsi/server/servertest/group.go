package servertest

import (
	"testing"

	"google.golang.org/grpc"

	"percorsi/internal/access"
	"percorsi/internal/testenv/postgres"
	"percorsi/services/percorsi/server"
)

// Group is a deployment of several servers: one log, and one set of keys in
// PostgreSQL. Its servers are of one machine: they share a data folder.
type Group struct {
	t testing.TB
	// Data, NATS and Keys are what all servers are given.
	Data, NATS, Keys string

	servers []member
}

// member is one server with what it serves.
type member struct {
	*Running
	services []server.Service
}

// NewGroup makes a deployment without servers.
func NewGroup(t testing.TB) *Group {
	t.Helper()
	return &Group{t: t, Data: t.TempDir(), NATS: NATS(t), Keys: postgres.Database(t)}
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
func (g *Group) Config(c *server.Config) { c.NATS, c.Keys = g.NATS, g.Keys }

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
