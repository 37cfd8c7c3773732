package casefile

import (
	"context"

	"github.com/google/uuid"

	"percorsi/internal/access"
	"percorsi/internal/casework"
	"percorsi/internal/eventlog"
	"percorsi/internal/fault"
	casefilev1 "percorsi/internal/gen/percorsi/casefile/v1"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	"percorsi/internal/history"
	"percorsi/internal/person"
	"percorsi/internal/presence"
	"percorsi/internal/privacy"
	"percorsi/internal/readmodel"
	"percorsi/internal/recorder"
)

// Model is what the service asks of a read model.
type Model interface {
	readmodel.Cases
	readmodel.Feed
	Group(ctx context.Context, person string) ([]*person.Record, error)
	Position(ctx context.Context) (casework.Position, error)
	Wait(ctx context.Context, p casework.Position) error
	QuarantineOf(ctx context.Context, s eventlog.Stream) (readmodel.Quarantine, bool, error)
}

// Server serves CaseFileService.
type Server struct {
	casefilev1.UnimplementedCaseFileServiceServer
	model     Model
	history   *history.Reader
	vault     *privacy.Vault
	presence  *presence.Board
	hub       *hub
	clocks    []casework.ClockRule
	approvals casework.Approvals
	today     func() casework.Day
}

// Config is what the service answers from. What is not given is not to be asked
// for.
type Config struct {
	Model     Model
	History   *history.Reader
	Vault     *privacy.Vault
	Presence  *presence.Board
	Clocks    []casework.ClockRule
	Approvals casework.Approvals
	// Today is the day in the zone of the office.
	Today func() casework.Day
}

// NewServer makes the service.
func NewServer(cfg Config) *Server {
	return &Server{
		model: cfg.Model, history: cfg.History, vault: cfg.Vault, presence: cfg.Presence,
		clocks: cfg.Clocks, approvals: cfg.Approvals, today: cfg.Today,
		hub: &hub{model: cfg.Model, rules: cfg.Clocks, today: cfg.Today},
	}
}

// seen gives a case that the caller sees.
func (s *Server) seen(ctx context.Context, id string) (access.Caller, *casework.Case, error) {
	caller, err := recorder.Caller(ctx)
	if err != nil {
		return caller, nil, err
	}
	parsed, err := uuid.Parse(id)
	if err != nil {
		return caller, nil, fault.Field("case_id", "is not a UUID")
	}
	c, err := s.model.Case(ctx, parsed)
	switch {
	case fault.KindOf(err) == fault.NotFound && err != nil:
		return caller, nil, access.NoSuchCase()
	case err != nil:
		return caller, nil, err
	case !access.Sees(caller, c):
		return caller, nil, access.NoSuchCase()
	}
	return caller, c, nil
}

// GetCase shows one case: whole to who may read the file, in outline to a
// reporting body.
func (s *Server) GetCase(ctx context.Context, r *casefilev1.GetCaseRequest) (*casefilev1.GetCaseResponse, error) {
	at, err := readmodel.Reach(ctx, s.model, r.GetMinPosition())
	if err != nil {
		return nil, err
	}
	caller, c, err := s.seen(ctx, r.GetCaseId())
	if err != nil {
		return nil, err
	}
	q, stopped, err := s.model.QuarantineOf(ctx, streamOf(c.ID))
	if err != nil {
		return nil, err
	}
	shown := s.show(caller, c)
	if stopped {
		shown.Stopped = stop(q)
	}
	return &casefilev1.GetCaseResponse{Case: shown, Position: at}, nil
}

// streamOf gives the stream of a case.
func streamOf(id casework.CaseID) eventlog.Stream {
	return eventlog.Stream(readmodel.CaseStream + "." + id.String())
}

// show gives what a caller who sees a case may see of it.
func (s *Server) show(caller access.Caller, c *casework.Case) *casefilev1.Case {
	if !access.ReadsFile(caller, c) {
		return outline(c)
	}
	v := view{words: s.reader(caller, c), clock: s.clocks, approvals: s.approvals, today: s.today()}
	return v.whole(c)
}

// reader opens the words of a case for who may read them.
func (s *Server) reader(caller access.Caller, c *casework.Case) func(string, *eventv1.Text) string {
	mayRead := access.ReadsWords(caller, c)
	return func(person string, t *eventv1.Text) string {
		if !mayRead {
			return ""
		}
		words, err := s.vault.OpenText(person, t)
		if err != nil { // sealed bytes that do not open are for log verify to find
			return privacy.Erased
		}
		return words
	}
}

// historyPage is the size of a page of history that asks for none.
const historyPage = 100

// GetHistory shows a page of the facts of a case. A reporting body is shown
// what its own people recorded.
func (s *Server) GetHistory(ctx context.Context, r *casefilev1.GetHistoryRequest) (*casefilev1.GetHistoryResponse, error) {
	at, err := readmodel.Reach(ctx, s.model, r.GetMinPosition())
	if err != nil {
		return nil, err
	}
	caller, c, err := s.seen(ctx, r.GetCaseId())
	if err != nil {
		return nil, err
	}
	after, err := readmodel.ParsePlace(r.GetPageToken())
	if err != nil {
		return nil, err
	}
	size := int(r.GetPageSize())
	if size == 0 {
		size = historyPage
	}
	out := &casefilev1.GetHistoryResponse{Position: at}
	for e, err := range s.facts(ctx, caller, c, after) {
		if err != nil {
			return nil, err
		}
		// A page ends between two commits, since a place is that of a commit.
		if n := len(out.GetEntries()); n >= size && e.GetPosition() != out.GetEntries()[n-1].GetPosition() {
			out.NextPageToken = readmodel.Place(casework.Position(out.GetEntries()[n-1].GetPosition()))
			break
		}
		out.Entries = append(out.GetEntries(), e)
	}
	return out, nil
}

// facts gives the facts of a case that a caller may read.
func (s *Server) facts(ctx context.Context, caller access.Caller, c *casework.Case, after casework.Position) func(func(*casefilev1.HistoryEntry, error) bool) {
	file, words := access.ReadsFile(caller, c), access.ReadsWords(caller, c)
	return func(yield func(*casefilev1.HistoryEntry, error) bool) {
		for e, err := range s.history.Of(ctx, c, after, words) {
			if err == nil && !file && e.GetBody() != caller.Body {
				continue
			}
			if !yield(e, err) {
				return
			}
		}
	}
}
