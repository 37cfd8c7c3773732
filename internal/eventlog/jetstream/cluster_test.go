package jetstream_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"

	"percorsi/internal/eventlog/jetstream"
)

// cluster starts n servers that know each other. They do not sync: three times
// that many syncs on one disk would make the tests wait for nothing else.
func cluster(t *testing.T, n int) []*server.Server {
	t.Helper()
	var servers []*server.Server
	routes := ""
	for i := range n {
		s, err := server.NewServer(&server.Options{
			ServerName: fmt.Sprintf("n%d", i),
			Host:       "127.0.0.1", Port: -1,
			NoSigs: true, NoLog: true, JetStream: true, StoreDir: t.TempDir(),
			Cluster: server.ClusterOpts{Name: "pz", Host: "127.0.0.1", Port: -1},
			Routes:  server.RoutesFromStr(routes),
		})
		if err != nil {
			t.Fatal(err)
		}
		s.Start()
		t.Cleanup(func() { halt(s) })
		if !s.ReadyForConnections(30 * time.Second) {
			t.Fatal("a server of the cluster does not come up")
		}
		if i == 0 {
			routes = fmt.Sprintf("nats://%s", s.ClusterAddr())
		}
		servers = append(servers, s)
	}
	return servers
}

// openOnCluster opens a log as soon as the cluster can keep it.
func openOnCluster(t *testing.T, s *server.Server, cfg jetstream.Config) *jetstream.Log {
	t.Helper()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for began := time.Now(); ; <-tick.C {
		l, err := connect(t, s, cfg)
		if err == nil {
			return l
		}
		if time.Since(began) > time.Minute {
			t.Fatalf("the cluster does not come up: %v", err)
		}
	}
}
