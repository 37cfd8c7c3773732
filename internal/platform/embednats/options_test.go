package embednats

import "testing"

func TestTheServerSyncsBeforeItAnswersAndOpensNoPort(t *testing.T) {
	s, err := Start(Config{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer stop(s.nats)
	if !s.nats.JetStreamConfig().SyncAlways {
		t.Error("the server answers before it syncs")
	}
	if a := s.nats.Addr(); a != nil {
		t.Errorf("the server listens on %v", a)
	}
}
