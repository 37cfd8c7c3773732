package server_test

import (
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"percorsi/internal/access"
	"percorsi/internal/casework"
	"percorsi/internal/sample"
	"percorsi/services/percorsi/server"
	"percorsi/services/percorsi/server/servertest"
)

// playSample plays a small district on an office, up to a day.
func playSample(t *testing.T, o *office, to casework.Day) sample.Summary {
	t.Helper()
	conn, err := grpc.NewClient(o.Addr(), grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	sum, err := sample.Play(t.Context(), sample.Config{
		Conn: conn, Seed: 21, Cases: 60, To: to,
		Token: func(c access.Caller) (string, error) { return o.Issuer().Issue(c, time.Hour) },
	})
	if err != nil {
		t.Fatal(err)
	}
	sum.Seconds = 0
	return sum
}

func TestTheSampleDistrictIsPlayedOnceHoweverOftenItIsAsked(t *testing.T) {
	told := &lines{}
	o := officeOn(servertest.Start(t, t.TempDir(), func(c *server.Config) {
		c.Logger = slog.New(slog.NewJSONHandler(told, &slog.HandlerOptions{Level: slog.LevelDebug}))
	}))
	before, yesterday := o.last(t), casework.DayOf(time.Now())-1
	first := playSample(t, o, yesterday)
	played := o.last(t)
	if got := int(played - before); got != first.Commands {
		t.Errorf("%d commands were counted, %d recorded", first.Commands, got)
	}
	second := playSample(t, o, yesterday)
	if o.last(t) != played {
		t.Errorf("the log went on from %d to %d", played, o.last(t))
	}
	if diff := cmp.Diff(first, second); diff != "" {
		t.Error(diff)
	}
	for where, text := range map[string]string{"the log": recordsOf(t, o), "a line for operators": told.String()} {
		for _, word := range sample.Words() {
			if strings.Contains(text, word) {
				t.Errorf("%s holds %q", where, word)
			}
		}
	}
}
