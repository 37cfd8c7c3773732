package server_test

import (
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/testing/protocmp"

	casefilev1 "percorsi/internal/gen/percorsi/casefile/v1"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// watchCase begins to watch a case.
func watchCase(t *testing.T, conn grpc.ClientConnInterface, r *casefilev1.WatchCaseRequest) func() (*casefilev1.WatchCaseResponse, error) {
	t.Helper()
	stream, err := casefilev1.NewCaseFileServiceClient(conn).WatchCase(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	return stream.Recv
}

// TestAWatchResumesAfterAnyFact also between two facts of one commit: a clash
// that is settled is two.
func TestAWatchResumesAfterAnyFact(t *testing.T) {
	onBothBackends(t, func(t *testing.T, o *office) {
		settleOne(t, o)
		d := openDispute(t, o)
		settled, err := d.send(uuid.NewString(), d.theirs, d.choose(eventv1.ChoiceKind_CHOICE_KIND_MERGED))
		if err != nil {
			t.Fatal(err)
		}
		want := o.history(t, o.manager, d.file)
		if n := len(want); want[n-1].GetPosition() != settled.GetPosition() || want[n-2].GetPosition() != settled.GetPosition() {
			t.Fatal("the last commit has one fact: nothing would be tried")
		}
		tokens := make([]string, len(want))
		for from := range len(want) {
			request := &casefilev1.WatchCaseRequest{CaseId: d.file, AfterPosition: 1 << 40}
			if request.Resume = tokens[max(from-1, 0)]; from == 0 {
				request.AfterPosition = 0
			}
			next := watchCase(t, o.manager, request)
			for i, e := range want[from:] {
				got, err := next()
				if err != nil {
					t.Fatalf("resumed after %d facts: %v", from, err)
				}
				if diff := gocmp.Diff(e, got.GetEntry(), protocmp.Transform()); diff != "" {
					t.Errorf("resumed after %d facts, the next but %d (-history +watched):\n%s", from, i, diff)
				}
				tokens[from+i] = got.GetToken()
			}
		}
	})
}

var wrongWatches = []wrong{
	{"a watch that resumes from nowhere", func(d *desk) error {
		_, err := watchCase(d.t, d.manager, &casefilev1.WatchCaseRequest{CaseId: d.mine.id, Resume: "somewhere"})()
		return err
	}, codes.InvalidArgument, "resume"},
	{"a watch that resumes in another case", func(d *desk) error {
		first, err := watchCase(d.t, d.manager, &casefilev1.WatchCaseRequest{CaseId: d.other.id})()
		if err != nil {
			return err
		}
		_, err = watchCase(d.t, d.manager, &casefilev1.WatchCaseRequest{CaseId: d.mine.id, Resume: first.GetToken()})()
		return err
	}, codes.InvalidArgument, "resume"},
}
