package notice

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"
	"google.golang.org/grpc"

	"percorsi/internal/access"
	"percorsi/internal/casework"
	"percorsi/internal/fault"
	noticev1 "percorsi/internal/gen/percorsi/notice/v1"
	"percorsi/internal/notice/outbox"
	"percorsi/internal/readmodel"
	"percorsi/internal/recorder"
)

// Model is what the service asks of a read model.
type Model interface {
	Case(ctx context.Context, id casework.CaseID) (*casework.Case, error)
	Wait(ctx context.Context, p casework.Position) error
}

// Server serves NoticeService.
type Server struct {
	noticev1.UnimplementedNoticeServiceServer
	inbox *Inbox
	model Model
}

// NewServer makes the service.
func NewServer(inbox *Inbox, model Model) *Server { return &Server{inbox: inbox, model: model} }

const (
	// page is the size of a page that asks for none.
	page = 50
	// catchUp bounds the wait for an inbox that has not gone through the outbox
	// yet.
	catchUp = 5 * time.Second
)

// ListNotices shows a page of what is for the caller.
func (s *Server) ListNotices(ctx context.Context, r *noticev1.ListNoticesRequest) (*noticev1.ListNoticesResponse, error) {
	caller, err := recorder.Caller(ctx)
	if err != nil {
		return nil, err
	}
	asked, err := newFilter(r)
	if err != nil {
		return nil, err
	}
	before, err := readmodel.ParsePlace(r.GetPageToken())
	if err != nil {
		return nil, err
	}
	last, err := s.caughtUp(ctx)
	if err != nil {
		return nil, err
	}
	upTo := last
	if before != 0 {
		upTo = outbox.Number(before) - 1
	}
	size := int(r.GetPageSize())
	if size == 0 {
		size = page
	}
	out := &noticev1.ListNoticesResponse{Last: uint64(last)}
	for _, number := range slices.Backward(s.inbox.between(caller, asked, 0, upTo)) {
		if len(out.GetNotices()) == size {
			out.NextPageToken = readmodel.Place(casework.Position(out.GetNotices()[size-1].GetNumber()))
			break
		}
		n, err := s.shown(ctx, caller, number)
		if err != nil {
			return nil, err
		}
		if n != nil {
			out.Notices = append(out.GetNotices(), n)
		}
	}
	return out, nil
}

// caughtUp waits until everything that is in the outbox now is known, and gives
// its newest number.
func (s *Server) caughtUp(ctx context.Context) (outbox.Number, error) {
	ctx, cancel := context.WithTimeout(ctx, catchUp)
	defer cancel()
	last, err := s.inbox.outbox.Last(ctx)
	if err != nil || last == 0 {
		return 0, err
	}
	if _, err := s.inbox.beyond(ctx, last-1); err != nil {
		return 0, fault.New(fault.Unavailable, "the notices are being read: none is lost, ask again in a moment")
	}
	return last, nil
}

// shown gives a notice if the caller is told of it.
func (s *Server) shown(ctx context.Context, caller access.Caller, number outbox.Number) (*noticev1.Notice, error) {
	m, err := s.inbox.outbox.At(ctx, number)
	if err != nil {
		return nil, err
	}
	n := m.Notice
	if !access.IsTold(caller, n.GetUsers(), nil, nil) {
		k, err := s.caseOf(ctx, n)
		if err != nil || !access.IsTold(caller, nil, n.GetBodies(), k) {
			return nil, err
		}
	}
	n.Number = uint64(number)
	return n, nil
}

// caseOf gives the case of a notice, nil where there is none to be read. A
// notice may be here before its case is.
func (s *Server) caseOf(ctx context.Context, n *noticev1.Notice) (*casework.Case, error) {
	id, err := uuid.Parse(n.GetCaseId())
	if err != nil {
		return nil, nil // of a newer version, which tells of something else
	}
	k, err := s.model.Case(ctx, id)
	if isNone(err) {
		ctx, cancel := context.WithTimeout(ctx, catchUp)
		defer cancel()
		if err := s.model.Wait(ctx, casework.Position(n.GetPosition())); err != nil {
			return nil, err
		}
		k, err = s.model.Case(ctx, id)
	}
	if isNone(err) {
		return nil, nil
	}
	return k, err
}

// isNone tells whether an error says that there is no case, or none that could
// be folded.
func isNone(err error) bool {
	kind := fault.KindOf(err)
	return err != nil && (kind == fault.NotFound || kind == fault.Unavailable)
}

// WatchNotices sends what is for the caller, until the caller hangs up.
func (s *Server) WatchNotices(r *noticev1.WatchNoticesRequest, stream grpc.ServerStreamingServer[noticev1.WatchNoticesResponse]) error {
	ctx := stream.Context()
	caller, err := recorder.Caller(ctx)
	if err != nil {
		return err
	}
	last, err := s.caughtUp(ctx)
	if err != nil {
		return err
	}
	after := outbox.Number(r.GetAfter())
	if after > last {
		return fault.Field("after", "is beyond the newest notice, which has the number %d: give that of one that you have seen", last)
	}
	for {
		if last, err = s.inbox.beyond(ctx, after); err != nil {
			return err
		}
		for _, number := range s.inbox.between(caller, filter{}, after, last) {
			n, err := s.shown(ctx, caller, number)
			if err != nil {
				return err
			}
			if n == nil {
				continue
			}
			if err := stream.Send(&noticev1.WatchNoticesResponse{Notice: n}); err != nil {
				return err
			}
		}
		after = last
	}
}
