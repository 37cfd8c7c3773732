package jetstream

import (
	"context"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"
)

// Connect opens a connection to a NATS server outside of this process, or to
// several of one cluster, separated by commas. It comes back by itself when it
// is lost. What is to be sent meanwhile fails at once instead of being kept
// and sent later, when its caller has long gone.
func Connect(url string, opts ...nats.Option) (*nats.Conn, error) {
	base := []nats.Option{
		nats.Name("percorsi"),
		nats.MaxReconnects(-1),
		nats.ReconnectWait(250 * time.Millisecond),
		nats.ReconnectBufSize(-1),
	}
	nc, err := nats.Connect(url, append(base, opts...)...)
	if err != nil {
		return nil, fmt.Errorf("connect to NATS: %w", err)
	}
	return nc, nil
}

// Doubts lists, for a log on a server outside of this process, what cannot be
// seen to protect an acknowledged write. They are sentences for the operator,
// to be shown at every start. One is always there: a server does not tell its
// clients when it syncs, neither in the account nor in the stream (its
// monitoring does, to whoever may ask it).
func (l *Log) Doubts(ctx context.Context) ([]string, error) {
	s, err := l.reads.Stream(ctx, l.name)
	if err != nil {
		return nil, unreachable(ctx, err)
	}
	doubts := []string{
		`it cannot be seen from here whether the NATS server syncs before it acknowledges: make sure that its configuration says jetstream { sync_interval: always }, or acknowledged facts can be lost when the power fails`,
	}
	info := s.CachedInfo()
	if n := info.Config.Replicas; n < 3 {
		doubts = append(doubts, fmt.Sprintf("the stream %s has %d replica(s): with fewer than 3, losing one server stops the log or loses it", l.name, n))
	}
	if info.Cluster == nil {
		return doubts, nil
	}
	for _, r := range info.Cluster.Replicas {
		if r.Offline || !r.Current {
			doubts = append(doubts, fmt.Sprintf("the replica of the stream %s on %s is offline or behind", l.name, r.Name))
		}
	}
	return doubts, nil
}
