package embednats_test

import (
	"bytes"
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"percorsi/internal/platform/embednats"
)

func start(t *testing.T, dir string) *embednats.Server {
	t.Helper()
	s, err := embednats.Start(embednats.Config{Dir: dir, Unsynced: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Shutdown(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
	return s
}

func TestWhatWasStoredIsThereAfterARestart(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "made", "on", "the", "way")
	first := start(t, dir)
	nc, err := first.Conn()
	if err != nil {
		t.Fatal(err)
	}
	js, err := jetstream.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := js.CreateStream(t.Context(), jetstream.StreamConfig{Name: "S", Subjects: []string{"s.>"}}); err != nil {
		t.Fatal(err)
	}
	if _, err := js.Publish(t.Context(), "s.1", []byte("kept")); err != nil {
		t.Fatal(err)
	}
	if err := first.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	if !nc.IsClosed() {
		t.Error("Shutdown left a connection open")
	}

	again, err := start(t, dir).Conn()
	if err != nil {
		t.Fatal(err)
	}
	if js, err = jetstream.New(again); err != nil {
		t.Fatal(err)
	}
	s, err := js.Stream(t.Context(), "S")
	if err != nil {
		t.Fatal(err)
	}
	m, err := s.GetMsg(t.Context(), 1)
	if err != nil || string(m.Data) != "kept" {
		t.Fatalf("message 1 is %v, %v", m, err)
	}
}

func TestOneDirectoryServesOneServer(t *testing.T) {
	dir := t.TempDir()
	first := start(t, dir)
	_, err := embednats.Start(embednats.Config{Dir: dir})
	if err == nil || !strings.Contains(err.Error(), "in use by another process") {
		t.Fatalf("a second server on the directory: %v", err)
	}
	if err := first.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := first.Shutdown(t.Context()); err != nil {
		t.Errorf("a second Shutdown: %v", err)
	}
	start(t, dir)
}

func TestAStartThatFailsSaysWhyAndFreesTheDirectory(t *testing.T) {
	if _, err := embednats.Start(embednats.Config{}); err == nil {
		t.Error("a server started without a directory")
	}
	dir := t.TempDir()
	// A file where the server wants a directory.
	if err := os.WriteFile(filepath.Join(dir, "jetstream"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	var said bytes.Buffer
	began := time.Now()
	_, err := embednats.Start(embednats.Config{Dir: dir, Logger: slog.New(slog.NewTextHandler(&said, nil))})
	if err == nil || !strings.Contains(err.Error(), dir) {
		t.Fatalf("error %v, want one that names %s", err, dir)
	}
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("it took %v to say so", took)
	}
	if !strings.Contains(said.String(), "component=nats") {
		t.Errorf("the log says %q, want the server's own message", said.String())
	}
	if err := os.Remove(filepath.Join(dir, "jetstream")); err != nil {
		t.Fatal(err)
	}
	start(t, dir)
}
