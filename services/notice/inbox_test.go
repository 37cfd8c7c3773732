package notice_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"percorsi/internal/access"
	"percorsi/internal/eventlog/memlog"
	"percorsi/internal/fault"
	noticev1 "percorsi/internal/gen/percorsi/notice/v1"
	"percorsi/internal/notice/outbox"
	"percorsi/services/notice"
)

// slow is an outbox whose old messages are read once in a while.
type slow struct {
	*outbox.Outbox

	may  chan struct{} // one for each piece
	fail bool          // the next piece breaks off
}

var errBroken = errors.New("the connection is gone")

func (s *slow) Read(ctx context.Context, after, upTo outbox.Number) iter.Seq2[outbox.Message, error] {
	return func(yield func(outbox.Message, error) bool) {
		select {
		case <-s.may:
		case <-ctx.Done():
			yield(outbox.Message{}, ctx.Err())
			return
		}
		for m, err := range s.Outbox.Read(ctx, after, upTo) {
			if s.fail && m.Number == upTo-3 {
				s.fail = false
				err = errBroken
			}
			if !yield(m, err) || err != nil {
				return
			}
		}
	}
}

// archive is a service on notices that were given before it began: of n the first
// two are for op.old too, and all for op.anna.
type archive struct {
	*notice.Server
	*slow

	t  *testing.T
	at outbox.Standing
}

func newArchive(t *testing.T, n int) *archive {
	t.Helper()
	a := &archive{t: t, slow: &slow{Outbox: outbox.New(memlog.New(time.Now), "lodi"), may: make(chan struct{})}}
	for i := range n {
		users := []string{"op.anna"}
		if i < 2 {
			users = append(users, "op.old")
		}
		a.give(fmt.Sprint(i), users)
	}
	inbox := notice.NewInbox(a.slow, time.UTC, slog.New(slog.DiscardHandler))
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = inbox.Run(ctx) // which ends with its context
	}()
	t.Cleanup(func() {
		cancel()
		<-ended
	})
	a.Server = notice.NewServer(inbox, nil) // of those who are named no case is asked
	return a
}

func (a *archive) give(about string, users []string) {
	a.t.Helper()
	var err error
	if a.at, err = a.Send(a.t.Context(), a.at, outbox.Batch{Notices: []*noticev1.Notice{
		{Id: about, Kind: called, About: about, Users: users, Position: 1},
	}}); err != nil {
		a.t.Fatal(err)
	}
}

func (a *archive) asks(user string, r *noticev1.ListNoticesRequest) (*noticev1.ListNoticesResponse, error) {
	c := access.Caller{User: user, Role: access.CaseManager, Body: "ACSI"}
	return a.ListNotices(access.WithCaller(a.t.Context(), c), r)
}

// all turns every page of somebody.
func (a *archive) all(user string) []string {
	a.t.Helper()
	var out []string
	for token := ""; ; {
		answer, err := a.asks(user, &noticev1.ListNoticesRequest{PageSize: 500, PageToken: token})
		if err != nil {
			a.t.Fatal(err)
		}
		out = append(out, about(answer.GetNotices())...)
		if token = answer.GetNextPageToken(); token == "" {
			return out
		}
	}
}

// newestFirst is how those of n notices are shown.
func newestFirst(n int) []string {
	var out []string
	for i := n - 1; i >= 0; i-- {
		out = append(out, fmt.Sprint(i))
	}
	return out
}

func TestTheNewestPageIsThereWhileOldNoticesAreRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newArchive(t, 2600)
		a.may <- struct{}{}
		synctest.Wait()
		began := time.Now()
		answer, err := a.asks("op.anna", &noticev1.ListNoticesRequest{})
		if err != nil || time.Since(began) != 0 {
			t.Fatalf("after %v: %v", time.Since(began), err)
		}
		if diff := cmp.Diff(newestFirst(2600)[:50], about(answer.GetNotices())); diff != "" || answer.GetNextPageToken() == "" {
			t.Errorf("the newest page, then %q (-want +got):\n%s", answer.GetNextPageToken(), diff)
		}
		if _, err := a.asks("op.old", &noticev1.ListNoticesRequest{}); fault.KindOf(err) != fault.Unavailable || time.Since(began) != 5*time.Second {
			t.Errorf("what is not read yet: %v after %v", err, time.Since(began))
		}
		a.give("2600", []string{"op.anna"})
		if answer, err = a.asks("op.anna", &noticev1.ListNoticesRequest{PageSize: 1}); err != nil || answer.GetNotices()[0].GetAbout() != "2600" {
			t.Errorf("what was given meanwhile: %v, %v", answer, err)
		}
		a.may <- struct{}{}
		if diff := cmp.Diff([]string{"1", "0"}, a.all("op.old")); diff != "" {
			t.Errorf("the oldest (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff(newestFirst(2601), a.all("op.anna")); diff != "" {
			t.Errorf("all (-want +got):\n%s", diff)
		}
	})
}

// Who asks while a piece is read gets the page with what is in it.
func TestAPageWaitsForWhatIsOlder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newArchive(t, 2600)
		go func() {
			for range 2 {
				<-time.After(2 * time.Second)
				a.may <- struct{}{}
			}
		}()
		began := time.Now()
		if diff := cmp.Diff([]string{"1", "0"}, a.all("op.old")); diff != "" || time.Since(began) != 4*time.Second {
			t.Errorf("after %v (-want +got):\n%s", time.Since(began), diff)
		}
	})
}

func TestAReadingThatBreaksOffIsGoneOnWith(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newArchive(t, 5000)
		a.may <- struct{}{}
		synctest.Wait()
		a.fail = true
		close(a.may) // as many as there are, the next of which breaks off
		<-time.After(time.Second)
		if a.fail {
			t.Fatal("nothing broke off: the test shows nothing")
		}
		a.give("5000", []string{"op.anna"})
		if diff := cmp.Diff(newestFirst(5001), a.all("op.anna")); diff != "" {
			t.Errorf("all (-want +got):\n%s", diff)
		}
	})
}
