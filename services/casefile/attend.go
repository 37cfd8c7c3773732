package casefile

import (
	"context"
	"slices"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"percorsi/internal/access"
	"percorsi/internal/casework"
	casefilev1 "percorsi/internal/gen/percorsi/casefile/v1"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	"percorsi/internal/presence"
)

// lookAgain is how often it is looked whether somebody still may see the case
// who stays in it. Every change of the case is another reason to look.
const lookAgain = 30 * time.Second

// Attend says that the caller has a case open, and shows who else has, until the
// caller hangs up or may not see the case any more.
func (s *Server) Attend(r *casefilev1.AttendRequest, stream grpc.ServerStreamingServer[casefilev1.AttendResponse]) error {
	ctx, leave := context.WithCancel(stream.Context())
	defer leave()
	caller, c, err := s.attended(ctx, r.GetCaseId())
	if err != nil {
		return err
	}
	present, err := s.presence.Attend(ctx, c.ID, presence.Session{
		ID: r.GetSessionId(), User: caller.User, Role: string(caller.Role), Body: caller.Body, Part: r.GetPart(),
	})
	if err != nil {
		return err
	}
	changed := s.changes(ctx, c)
	again := time.NewTicker(lookAgain)
	defer again.Stop()
	people, ok := <-present
	for shown := (*casefilev1.AttendResponse)(nil); ok; {
		next := &casefilev1.AttendResponse{Present: each(people, func(p presence.Session) *casefilev1.Attendee { return attendee(c, p) })}
		if shown == nil || !proto.Equal(shown, next) {
			if err := stream.Send(next); err != nil {
				return err
			}
			shown = next
		}
		select {
		case people, ok = <-present:
		case <-changed:
		case <-again.C:
		}
		if _, c, err = s.attended(ctx, r.GetCaseId()); err != nil {
			return err
		}
	}
	return ctx.Err() // nil where the same session came again
}

// attended gives a case that the caller may have open.
func (s *Server) attended(ctx context.Context, id string) (access.Caller, *casework.Case, error) {
	caller, c, err := s.seen(ctx, id)
	if err == nil && !access.ReadsFile(caller, c) {
		err = access.NoSuchCase()
	}
	return caller, c, err
}

// changes tells of each change of a case after a state of it. Of a case that
// stopped there are none.
func (s *Server) changes(ctx context.Context, c *casework.Case) <-chan struct{} {
	out := make(chan struct{})
	go func() {
		for after := c.Last; ; {
			next, err := s.model.Changed(ctx, c.ID, after)
			if err != nil {
				return
			}
			after = next.Last
			select {
			case out <- struct{}{}:
			case <-ctx.Done():
				return
			}
		}
	}()
	return out
}

// attendee shows somebody who has a case open.
func attendee(c *casework.Case, p presence.Session) *casefilev1.Attendee {
	return &casefilev1.Attendee{
		SessionId: p.ID, User: p.User, Role: p.Role, Body: p.Body, Profession: professionOf(c, p.User),
		Part: p.Part, Since: timestamppb.New(p.Since),
	}
}

// professionOf gives the profession of somebody who is in the team now.
func professionOf(c *casework.Case, user string) eventv1.Profession {
	i := slices.IndexFunc(c.Team, func(m *casework.TeamMember) bool { return m.User == user && m.To == 0 })
	if i < 0 {
		return eventv1.Profession_PROFESSION_UNSPECIFIED
	}
	return c.Team[i].Profession
}
