package jetstream

import (
	"strings"
	"testing"
	"time"

	natsjs "github.com/nats-io/nats.go/jetstream"
)

func TestAStreamThatWouldBreakAPromiseIsRefused(t *testing.T) {
	want := streamConfig(Config{Name: "PZ-LODI", Prefix: "pz.lodi", Replicas: 3})
	if err := unfit(want, want); err != nil {
		t.Fatalf("the stream that is asked for: %v", err)
	}
	for _, tt := range []struct {
		says   string
		change func(*natsjs.StreamConfig)
	}{
		{"subjects", func(c *natsjs.StreamConfig) { c.Subjects = []string{"pz.lodi.>", "other"} }},
		{"file", func(c *natsjs.StreamConfig) { c.Storage = natsjs.MemoryStorage }},
		{"retention", func(c *natsjs.StreamConfig) { c.Retention = natsjs.WorkQueuePolicy }},
		{"discarding", func(c *natsjs.StreamConfig) { c.Discard = natsjs.DiscardOld }},
		{"limit", func(c *natsjs.StreamConfig) { c.MaxMsgs = 1_000_000 }},
		{"limit", func(c *natsjs.StreamConfig) { c.MaxBytes = 1 << 40 }},
		{"limit", func(c *natsjs.StreamConfig) { c.MaxAge = 100 * 365 * 24 * time.Hour }},
		{"limit", func(c *natsjs.StreamConfig) { c.MaxMsgsPerSubject = 1 }},
		{"size", func(c *natsjs.StreamConfig) { c.MaxMsgSize = 1000 }},
		{"2 replicas", func(c *natsjs.StreamConfig) { c.Replicas = 2 }},
		{"atomic", func(c *natsjs.StreamConfig) { c.AllowAtomicPublish = false }},
		{"deny", func(c *natsjs.StreamConfig) { c.DenyDelete = false }},
		{"deny", func(c *natsjs.StreamConfig) { c.DenyPurge = false }},
		{"roll-ups", func(c *natsjs.StreamConfig) { c.AllowRollup = true }},
		{"expire", func(c *natsjs.StreamConfig) { c.AllowMsgTTL = true }},
		{"acknowledge", func(c *natsjs.StreamConfig) { c.NoAck = true }},
		{"sealed", func(c *natsjs.StreamConfig) { c.Sealed = true }},
		{"another stream", func(c *natsjs.StreamConfig) { c.Mirror = &natsjs.StreamSource{Name: "M"} }},
		{"another stream", func(c *natsjs.StreamConfig) { c.Sources = []*natsjs.StreamSource{{Name: "M"}} }},
		{"renames", func(c *natsjs.StreamConfig) { c.SubjectTransform = &natsjs.SubjectTransformConfig{} }},
	} {
		got := streamConfig(Config{Name: "PZ-LODI", Prefix: "pz.lodi", Replicas: 3})
		tt.change(&got)
		if err := unfit(got, want); err == nil || !strings.Contains(err.Error(), tt.says) {
			t.Errorf("%v, want an error that says %q", err, tt.says)
		}
	}
}
