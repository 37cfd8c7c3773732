package casefile

import (
	"cmp"
	"context"
	"hash/maphash"
	"slices"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"

	"percorsi/internal/access"
	"percorsi/internal/casework"
	"percorsi/internal/fault"
	casefilev1 "percorsi/internal/gen/percorsi/casefile/v1"
	"percorsi/internal/readmodel"
	"percorsi/internal/recorder"
)

const (
	// mostWork bounds the list that a watcher is sent at the begin: nobody has
	// more in view.
	mostWork = 2_000
	workPage = 500
)

// WatchWorklist sends a work list, and then each case of which it shows something
// else, until the caller hangs up.
func (s *Server) WatchWorklist(r *casefilev1.WatchWorklistRequest, stream grpc.ServerStreamingServer[casefilev1.WatchWorklistResponse]) error {
	ctx := stream.Context()
	asked := cmp.Or(r.GetClocks(), &casefilev1.ListClocksRequest{}) // everything
	caller, err := recorder.Caller(ctx)
	if err != nil {
		return err
	}
	if asked.GetPageSize() != 0 || asked.GetPageToken() != "" {
		return fault.Field("clocks.page_token", "belongs to pages, and this list has none: leave it and page_size empty")
	}
	if _, err := readmodel.Reach(ctx, s.model, asked.GetMinPosition()); err != nil {
		return err
	}
	d, err := s.hub.join(ctx, asked.GetPersonId() != "")
	if err != nil {
		return err
	}
	defer s.hub.leave(d)
	w := &worklist{Server: s, caller: caller, asked: asked, send: stream.Send, seed: maphash.MakeSeed()}
	for anew := true; ; {
		if anew {
			d.read()
			if err := w.begin(ctx); err != nil {
				return err
			}
		}
		var cases []news
		if cases, anew, err = d.take(ctx); err != nil {
			return err
		}
		for _, n := range cases {
			if err := w.change(n); err != nil {
				return err
			}
		}
	}
}

// worklist is the list of one watcher.
type worklist struct {
	*Server
	caller access.Caller
	asked  *casefilev1.ListClocksRequest
	send   func(*casefilev1.WatchWorklistResponse) error

	// filter is that of the day on which the list began.
	filter readmodel.ClockFilter
	today  casework.Day
	// group is everybody who is the person asked for.
	group []string
	// shown has what was sent of each case, as a number: only what differs is
	// sent again.
	shown map[casework.CaseID]uint64
	seed  maphash.Seed
}

// begin sends the whole list.
func (w *worklist) begin(ctx context.Context) (err error) {
	w.shown, w.today = make(map[casework.CaseID]uint64), w.Server.today()
	if w.filter, err = clockFilter(w.asked, w.caller, w.today); err != nil {
		return inClocks(err)
	}
	if w.group, err = w.groupOf(ctx, w.filter.Person); err != nil {
		return err
	}
	if err := w.send(&casefilev1.WatchWorklistResponse{Step: &casefilev1.WatchWorklistResponse_Begin{Begin: &casefilev1.WorklistBegin{}}}); err != nil {
		return err
	}
	rows, end, err := w.read(ctx)
	if err != nil {
		return err
	}
	for _, of := range byCase(rows) {
		if err := w.show(of[0].Case.ID, of); err != nil {
			return err
		}
	}
	return w.send(&casefilev1.WatchWorklistResponse{Step: &casefilev1.WatchWorklistResponse_End{End: end}})
}

// inClocks names wrong fields as the request does.
func inClocks(err error) error {
	return fault.Renamed(err, func(field string) string { return "clocks." + field })
}

// read reads the list page by page, as far as it is sent. It covers the position
// of its first page: what changes meanwhile comes afterwards.
func (w *worklist) read(ctx context.Context) (rows []readmodel.ClockRow, end *casefilev1.WorklistEnd, err error) {
	for p := (readmodel.Page{Size: workPage}); ; {
		page, err := w.model.Clocks(ctx, readmodel.SeenBy(w.caller), w.filter, p)
		if err != nil {
			return nil, nil, err
		}
		if end == nil {
			end = &casefilev1.WorklistEnd{Position: uint64(page.Position)}
		}
		rows = append(rows, page.Rows...)
		p.Token = page.Next
		if end.Truncated = p.Token != "" && len(rows) >= mostWork; end.GetTruncated() || p.Token == "" {
			return rows, end, nil
		}
	}
}

// byCase puts the rows of each case together, in the order of the most urgent.
func byCase(rows []readmodel.ClockRow) [][]readmodel.ClockRow {
	var out [][]readmodel.ClockRow
	at := make(map[casework.CaseID]int)
	for _, r := range rows {
		i, ok := at[r.Case.ID]
		if !ok {
			i = len(out)
			at[r.Case.ID] = i
			out = append(out, nil)
		}
		out[i] = append(out[i], r)
	}
	return out
}

// groupOf gives everybody who is one person; nil for nobody, or one who is not
// known.
func (w *worklist) groupOf(ctx context.Context, person string) (group []string, err error) {
	if person == "" {
		return nil, nil
	}
	records, err := w.model.Group(ctx, person)
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return nil, err
	}
	for _, r := range records {
		group = append(group, r.ID)
	}
	return group, nil
}

// change sends what the list has of a case that changed.
func (w *worklist) change(n news) error {
	var rows []readmodel.ClockRow
	if readmodel.SeenBy(w.caller).Sees(n.state) {
		for _, k := range n.clocks {
			if w.filter.Matches(n.state, k, w.group, w.approvals) {
				rows = append(rows, readmodel.ClockRow{Case: readmodel.SummaryOf(n.state, w.approvals), Clock: k})
			}
		}
	}
	// In the order of the list, which for clocks counted in hours is another one.
	slices.SortStableFunc(rows, func(a, b readmodel.ClockRow) int {
		return readmodel.UrgencyOf(a.Case.Opened, a.Clock, 0).Compare(readmodel.UrgencyOf(b.Case.Opened, b.Clock, 0))
	})
	return w.show(n.state.ID, rows)
}

// show sends the rows of a case, unless they are what was sent of it.
func (w *worklist) show(id casework.CaseID, rows []readmodel.ClockRow) error {
	work := &casefilev1.WorkOfCase{
		CaseId: id.String(),
		Items: each(rows, func(r readmodel.ClockRow) *casefilev1.WorkItem {
			return &casefilev1.WorkItem{Case: summary(r.Case), Clock: showClock(r.Clock, w.today)}
		}),
	}
	data, err := proto.MarshalOptions{Deterministic: true}.Marshal(work)
	if err != nil {
		return err
	}
	before, had := w.shown[id]
	now := maphash.Bytes(w.seed, data)
	switch {
	case len(rows) == 0 && !had, had && before == now:
		return nil
	case len(rows) == 0:
		delete(w.shown, id)
	default:
		w.shown[id] = now
	}
	return w.send(&casefilev1.WatchWorklistResponse{Step: &casefilev1.WatchWorklistResponse_Work{Work: work}})
}
