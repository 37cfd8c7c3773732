package sample

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	grpccodes "google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"percorsi/internal/access"
	"percorsi/internal/casework"
	casefilev1 "percorsi/internal/gen/percorsi/casefile/v1"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// settled is how somebody answers a clash.
type settled struct {
	kind   eventv1.ChoiceKind
	reason *eventv1.Text
}

// settle records a fact of today by somebody who has not seen the last change of
// its part: they meet a clash, and settle it.
func (f *file) settle(by access.Caller, fact proto.Message) {
	kind := weigh(f.s, []weighted[eventv1.ChoiceKind]{
		{20, eventv1.ChoiceKind_CHOICE_KIND_KEEP_MINE},
		{30, eventv1.ChoiceKind_CHOICE_KIND_KEEP_THEIRS},
		{50, eventv1.ChoiceKind_CHOICE_KIND_MERGED},
	})
	f.note(by, fact)
	f.s.steps[len(f.s.steps)-1].choice = &settled{kind: kind, reason: f.s.words(onDecision)}
}

// clash asks for a fact on the revision before the last, and wants the clash
// that every client meets then.
func (p *performance) clash(ctx context.Context, next step, content proto.Message, seen uint64) error {
	path, request, err := p.calls.Ask(&casefilev1.Command{
		CommandId: uuid.NewSHA1(next.id, []byte("unseen")).String(), CaseId: next.file.id.String(),
		OccurredOn: next.on.String(), Revision: seen,
	}, proto.Clone(content))
	if err != nil {
		return err
	}
	err = p.call(ctx, next.by, path, request, &casefilev1.Recorded{})
	if status.Code(err) != grpccodes.Aborted {
		return fmt.Errorf("a change on revision %d did not clash: %w", seen, err)
	}
	return nil
}

// choose makes a command the answer to a clash.
func (next step) choose(cmd *casefilev1.Command, seen uint64) {
	cmd.Choice = &casefilev1.ClashChoice{
		Kind: next.choice.kind, SeenRevision: seen, Reason: proto.CloneOf(next.choice.reason),
	}
}

// revision is where a part stands, and where it stood before.
type revision struct{ now, before uint64 }

// keep keeps a revision as it was answered. A version that was kept is answered
// with the revision it has.
func keep(parts map[casework.Part]revision, part casework.Part, to uint64) {
	if was := parts[part]; was.now != to {
		parts[part] = revision{now: to, before: was.now}
	}
}
