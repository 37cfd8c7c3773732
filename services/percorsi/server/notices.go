package server

import (
	"context"

	"golang.org/x/sync/errgroup"

	"percorsi/internal/history"
	"percorsi/internal/notice/outbox"
	"percorsi/services/notice"
	"percorsi/services/notifier"
)

// notices is what gives notices and shows them; both are nil in a process that
// leaves it to others.
type notices struct {
	notifier *notifier.Notifier
	inbox    *notice.Inbox
}

func (s *Server) openNotices(context.Context) error {
	if s.store.notices == nil {
		return nil
	}
	given := outbox.New(s.store.notices, s.cfg.Ambito)
	s.notices = notices{
		notifier: notifier.New(notifier.Config{
			Log: s.store.log, Model: s.model, Past: history.NewReader(s.store.log, s.vault).Commits,
			Outbox: given, Today: s.today, Approvals: s.book.Approvals, Logger: s.cfg.Logger,
		}),
		inbox: notice.NewInbox(given, s.cfg.Zone, s.cfg.Logger),
	}
	return nil
}

// notify gives notices and reads those that were given.
func (s *Server) notify(ctx context.Context) error {
	if s.notices.inbox == nil {
		return nil
	}
	group, loop := errgroup.WithContext(ctx)
	group.Go(func() error { return s.notices.notifier.Run(loop) })
	group.Go(func() error { return s.notices.inbox.Run(loop) })
	return unlessEnded(ctx, group.Wait())
}
