package main_test

import (
	"path/filepath"
	"strings"
	"testing"

	"percorsi/internal/testenv/postgres"
	"percorsi/services/percorsi/server/servertest"
)

// TestTwoProgramsServeOneDeployment plays a district in one of them and reads
// it in the other one.
func TestTwoProgramsServeOneDeployment(t *testing.T) {
	path, data := bin(t, "percorsi", "./services/percorsi"), filepath.Join(t.TempDir(), "data")
	shared := []string{"--nats", servertest.NATS(t), "--keys", postgres.Database(t)}
	keys := shared[2:]
	writes := up(t, path, data, append([]string{"--services", "intake,assessment,project,discharge,correction,person,indicator"}, shared...)...)
	reads := up(t, path, data, append([]string{"--services", "casefile,eventlog"}, shared...)...)

	writes.run(append([]string{"sample", "--cases", "20", "--seed", "7"}, keys...)...)
	token := strings.TrimSpace(string(reads.run(append([]string{"token", "--user", "op-1", "--role", "administrator"}, keys...)...)))
	if out := string(reads.run("log", "verify", "--token", token)); !strings.Contains(out, "the log is whole") {
		t.Errorf("log verify: %s", out)
	}
	for _, p := range []*program{writes, reads} {
		p.stop()
		if strings.Contains(p.log.String(), "another process on this log would make keys of its own") {
			t.Errorf("operators are warned of keys that are shared:\n%s", p.log)
		}
	}
}
