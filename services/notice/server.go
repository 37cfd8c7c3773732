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
	if last == 0 {
		return &noticev1.ListNoticesResponse{}, nil
	}
	upTo := last
	if before != 0 {
		upTo = outbox.Number(before) - 1
	}
	size := int(r.GetPageSize())
	if size == 0 {
		size = page
	}
	p := &pageOf{caller: caller, asked: asked, size: size, answer: &noticev1.ListNoticesResponse{Last: uint64(last)}}
	if err := s.turn(ctx, p, upTo); err != nil {
		return nil, err
	}
	return p.answer, nil
}

// pageOf is a page that is being filled.
type pageOf struct {
	caller access.Caller
	asked  filter
	size   int
	answer *noticev1.ListNoticesResponse
}

// full tells whether a page has all that it was to have, and lets it say then
// where the next one begins.
func (p *pageOf) full() bool {
	notices := p.answer.GetNotices()
	if len(notices) < p.size {
		return false
	}
	p.answer.NextPageToken = readmodel.Place(casework.Position(notices[p.size-1].GetNumber()))
	return true
}

// turn fills a page with what lies up to a number, newest first. While the outbox
// is being read it waits for what is older, as long as the page is not full.
func (s *Server) turn(ctx context.Context, p *pageOf, upTo outbox.Number) error {
	patient, cancel := context.WithTimeout(ctx, catchUp)
	defer cancel()
	for {
		numbers, low := s.inbox.between(p.caller, p.asked, 0, upTo)
		for _, number := range slices.Backward(numbers) {
			if p.full() {
				return nil
			}
			n, err := s.shown(ctx, p.caller, number)
			if err != nil {
				return err
			}
			if n != nil {
				p.answer.Notices = append(p.answer.GetNotices(), n)
			}
		}
		if low == 0 || p.full() {
			return nil
		}
		upTo = min(upTo, low)
		if err := s.patiently(patient, func(now, _ outbox.Number) bool { return now < low }); err != nil {
			return err
		}
	}
}

// caughtUp waits until the newest of what is in the outbox now is known, and gives
// its number.
func (s *Server) caughtUp(ctx context.Context) (outbox.Number, error) {
	last, err := s.inbox.outbox.Last(ctx)
	if err != nil || last == 0 {
		return 0, err
	}
	return last, s.patiently(ctx, func(_, known outbox.Number) bool { return known >= last })
}

// patiently waits for a while until what is known is enough.
func (s *Server) patiently(ctx context.Context, enough func(low, last outbox.Number) bool) error {
	ctx, cancel := context.WithTimeout(ctx, catchUp)
	defer cancel()
	if _, err := s.inbox.until(ctx, enough); err != nil {
		return fault.New(fault.Unavailable, "the notices are being read: none is lost, ask again in a moment")
	}
	return nil
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
	if last > 0 {
		if err := s.patiently(ctx, func(low, _ outbox.Number) bool { return low <= after }); err != nil {
			return err
		}
	}
	for {
		if last, err = s.inbox.until(ctx, func(_, known outbox.Number) bool { return known > after }); err != nil {
			return err
		}
		numbers, _ := s.inbox.between(caller, filter{}, after, last)
		for _, number := range numbers {
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
