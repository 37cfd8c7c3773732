package casefile

import (
	"context"

	"percorsi/internal/access"
	"percorsi/internal/casework"
	"percorsi/internal/fault"
	casefilev1 "percorsi/internal/gen/percorsi/casefile/v1"
	"percorsi/internal/readmodel"
	"percorsi/internal/recorder"
)

// ListCases shows a page of the cases that the caller sees.
func (s *Server) ListCases(ctx context.Context, r *casefilev1.ListCasesRequest) (*casefilev1.ListCasesResponse, error) {
	caller, err := recorder.Caller(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := readmodel.Reach(ctx, s.model, r.GetMinPosition()); err != nil {
		return nil, err
	}
	filter, err := caseFilter(r, caller)
	if err != nil {
		return nil, err
	}
	page, err := s.model.Cases(ctx, readmodel.SeenBy(caller), filter, readmodel.Page{Size: int(r.GetPageSize()), Token: r.GetPageToken()})
	if err != nil {
		return nil, err
	}
	return &casefilev1.ListCasesResponse{
		Cases: each(page.Rows, summary), NextPageToken: page.Next,
		Total: int64(page.Total), MoreThanTotal: page.MoreThanTotal, Position: uint64(page.Position),
	}, nil
}

// ListClocks shows a page of the work list.
func (s *Server) ListClocks(ctx context.Context, r *casefilev1.ListClocksRequest) (*casefilev1.ListClocksResponse, error) {
	caller, err := recorder.Caller(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := readmodel.Reach(ctx, s.model, r.GetMinPosition()); err != nil {
		return nil, err
	}
	filter, err := clockFilter(r, caller, s.today())
	if err != nil {
		return nil, err
	}
	page, err := s.model.Clocks(ctx, readmodel.SeenBy(caller), filter, readmodel.Page{Size: int(r.GetPageSize()), Token: r.GetPageToken()})
	if err != nil {
		return nil, err
	}
	today := s.today()
	return &casefilev1.ListClocksResponse{
		Items: each(page.Rows, func(row readmodel.ClockRow) *casefilev1.WorkItem {
			return &casefilev1.WorkItem{Case: summary(row.Case), Clock: showClock(row.Clock, today)}
		}),
		NextPageToken: page.Next, Total: int64(page.Total), MoreThanTotal: page.MoreThanTotal, Position: uint64(page.Position),
	}, nil
}

// caseFilter reads which cases somebody asks for.
func caseFilter(r *casefilev1.ListCasesRequest, caller access.Caller) (f readmodel.CaseFilter, err error) {
	f = readmodel.CaseFilter{
		Pathway: r.GetPathway(), Area: r.GetArea(), Service: r.GetService(), Status: casework.Status(r.GetStatus()),
		Comune: r.GetComune(), ManagingBody: r.GetManagingBody(), CaseManager: r.GetCaseManager(), Person: r.GetPersonId(),
		Body: r.GetBody(),
	}
	for _, l := range r.GetLacks() {
		f.Lacks |= casework.LacksOf(casework.Lack(l))
	}
	if f.Awaiting, f.Approver, err = approvals(r, caller); err != nil {
		return f, err
	}
	f.Member, err = worker(r, caller)
	return f, err
}

// approvals gives what is asked of what waits for its approval. The error is Denied
// for a caller whose role approves nothing.
func approvals(r interface {
	GetAwaitsApproval() bool
	GetAwaitsMyApproval() bool
}, caller access.Caller,
) (awaiting bool, approver string, err error) {
	if !r.GetAwaitsMyApproval() {
		return r.GetAwaitsApproval(), "", nil
	}
	return true, caller.User, access.MayApprove(caller)
}

// worker gives the user whose cases are asked for.
func worker(r interface {
	GetMember() string
	GetMine() bool
}, caller access.Caller,
) (string, error) {
	switch {
	case !r.GetMine():
		return r.GetMember(), nil
	case r.GetMember() != "":
		return "", fault.Field("member", "is the caller where mine is set: give one of them")
	default:
		return caller.User, nil
	}
}

// clockFilter reads which clocks somebody asks for on a day.
func clockFilter(r *casefilev1.ListClocksRequest, caller access.Caller, today casework.Day) (f readmodel.ClockFilter, err error) {
	f = readmodel.ClockFilter{
		Name: r.GetClock(), CaseManager: r.GetCaseManager(), ManagingBody: r.GetManagingBody(),
		Person: r.GetPersonId(), Body: r.GetBody(),
	}
	if f.Awaiting, f.Approver, err = approvals(r, caller); err != nil {
		return f, err
	}
	if f.Member, err = worker(r, caller); err != nil {
		return f, err
	}
	if f.DueFrom, err = casework.ParseDay(r.GetDueFrom()); err != nil {
		return f, fault.Field("due_from", "%s", err)
	}
	if f.DueBy, err = casework.ParseDay(r.GetDueBy()); err != nil {
		return f, fault.Field("due_by", "%s", err)
	}
	if r.DueWithinDays == nil {
		return f, nil
	}
	if f.DueBy != 0 {
		return f, fault.Field("due_within_days", "says the same as due_by: give one of them")
	}
	f.DueBy = today + casework.Day(r.GetDueWithinDays())
	return f, nil
}
