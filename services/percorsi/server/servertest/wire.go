package servertest

import (
	"io"
	"net"
	"sync"
	"testing"
)

// Wire is a way to a server that can be cut, as a cable is, or go silent, as a
// laptop that is closed: then nothing comes through, and nobody is told.
type Wire struct {
	t        testing.TB
	to       string
	listener net.Listener

	mu     sync.Mutex
	ends   map[net.Conn]bool
	silent chan struct{} // closed while nothing comes through
	done   sync.WaitGroup
}

// NewWire lays a wire to an address. The test takes it away.
func NewWire(t testing.TB, to string) *Wire {
	t.Helper()
	var lc net.ListenConfig
	listener, err := lc.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatalf("lay a wire: %v", err)
	}
	w := &Wire{t: t, to: to, listener: listener, ends: map[net.Conn]bool{}, silent: make(chan struct{})}
	w.done.Go(w.serve)
	t.Cleanup(func() {
		_ = listener.Close()
		w.Cut()
		w.done.Wait()
	})
	return w
}

// Addr is where the wire begins.
func (w *Wire) Addr() string { return w.listener.Addr().String() }

// Cut ends every connection at once. New ones may be made.
func (w *Wire) Cut() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for c := range w.ends {
		_ = c.Close()
		delete(w.ends, c)
	}
}

// Silence lets nothing through any more, and ends nothing. It is called once.
func (w *Wire) Silence() { close(w.silent) }

func (w *Wire) serve() {
	for {
		here, err := w.listener.Accept()
		if err != nil {
			return // the test is over
		}
		var d net.Dialer
		there, err := d.DialContext(w.t.Context(), "tcp", w.to)
		if err != nil {
			_ = here.Close()
			continue
		}
		w.mu.Lock()
		w.ends[here], w.ends[there] = true, true
		w.mu.Unlock()
		w.done.Go(func() { w.carry(here, there) })
		w.done.Go(func() { w.carry(there, here) })
	}
}

// carry carries bytes one way, until one end is gone: then so is the other.
func (w *Wire) carry(from, to net.Conn) {
	_, _ = io.Copy(audible{to, w.silent}, from) // it ends when it is cut
	_ = from.Close()
	_ = to.Close()
}

// audible is an end of a wire: what is written while it is silent is lost.
type audible struct {
	io.Writer
	silent <-chan struct{}
}

func (a audible) Write(p []byte) (int, error) {
	select {
	case <-a.silent:
		return len(p), nil
	default:
		return a.Writer.Write(p)
	}
}
