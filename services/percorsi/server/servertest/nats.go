package servertest

import (
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
)

// natsWithin bounds the start of a NATS server.
const natsWithin = 30 * time.Second

// NATS starts a NATS server with JetStream, outside of any server of the
// program, and gives its address. It does not sync: it is never killed.
func NATS(t testing.TB) string {
	t.Helper()
	s, err := server.NewServer(&server.Options{
		Host: "127.0.0.1", Port: server.RANDOM_PORT, NoSigs: true, NoLog: true, JetStream: true, StoreDir: t.TempDir(),
	})
	if err != nil {
		t.Fatalf("make a NATS server: %v", err)
	}
	s.Start()
	t.Cleanup(func() {
		s.Shutdown()
		s.WaitForShutdown()
	})
	if !s.ReadyForConnections(natsWithin) {
		t.Fatal("the NATS server does not come up")
	}
	return s.ClientURL()
}
