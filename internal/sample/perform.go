package sample

import (
	"context"
	"fmt"
	"strings"

	"github.com/google/uuid"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"percorsi/internal/access"
	"percorsi/internal/casework"
	"percorsi/internal/fact"
	casefilev1 "percorsi/internal/gen/percorsi/casefile/v1"
	correctionv1 "percorsi/internal/gen/percorsi/correction/v1"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	indicatorv1 "percorsi/internal/gen/percorsi/indicator/v1"
	personv1 "percorsi/internal/gen/percorsi/person/v1"
)

// performance is one script on its way to the server: what only the answers
// can tell.
type performance struct {
	*stage
	// people leads from the command that registered a person to what the
	// server knows the person as.
	people map[string]*personv1.PersonRecorded
	// revisions of the parts of each case, as last answered.
	revisions map[*file]map[casework.Part]revision
	// bonds has what was last said of two people, the smaller pseudonym first.
	bonds map[[2]string]uint64
	// said has the two of whom a command said something.
	said map[string][2]string
	// plan has the positions of what was recorded for the plan, by command.
	plan  map[string]uint64
	tally tally
}

// perform plays a script, command after command. Whatever is refused is an
// error of the sample.
func (st *stage) perform(ctx context.Context, s *script) (tally, error) {
	p := &performance{
		stage: st, tally: newTally(),
		people:    map[string]*personv1.PersonRecorded{},
		revisions: map[*file]map[casework.Part]revision{},
		bonds:     map[[2]string]uint64{},
		said:      map[string][2]string{},
		plan:      map[string]uint64{},
	}
	if s.err != nil {
		return p.tally, fmt.Errorf("make up story %s: %w", s.name, s.err)
	}
	for n, next := range s.steps {
		if err := p.play(ctx, next); err != nil {
			return p.tally, fmt.Errorf("story %s, step %d, %s on %s: %w", s.name, n, next.what(), next.on, err)
		}
		p.tally.commands++
		for _, kind := range next.facts() {
			p.tally.facts[kind]++
		}
	}
	return p.tally, nil
}

// play asks the server for one step.
func (p *performance) play(ctx context.Context, next step) error {
	switch m := next.message.(type) {
	case *personv1.RegisterPersonRequest:
		return p.register(ctx, next, proto.CloneOf(m))
	case *personv1.ChangeDetailsRequest:
		return p.change(ctx, next, proto.CloneOf(m))
	case *personv1.LinkPersonsRequest:
		return p.say(ctx, next, personv1.PersonService_LinkPersons_FullMethodName, proto.CloneOf(m))
	case *personv1.UnlinkPersonsRequest:
		return p.say(ctx, next, personv1.PersonService_UnlinkPersons_FullMethodName, proto.CloneOf(m))
	case *personv1.TellPersonsApartRequest:
		return p.say(ctx, next, personv1.PersonService_TellPersonsApart_FullMethodName, proto.CloneOf(m))
	case *personv1.CorrectPersonRecordsRequest:
		return p.unsay(ctx, next, proto.CloneOf(m))
	case *correctionv1.CorrectRequest:
		return p.correct(ctx, next, proto.CloneOf(m))
	case *indicatorv1.RecordActivityRequest:
		r := proto.CloneOf(m)
		r.CommandId, r.OccurredOn = next.id.String(), next.on.String()
		return p.ofPlan(ctx, next, indicatorv1.IndicatorService_RecordActivity_FullMethodName, r)
	case *indicatorv1.SupplyFigureRequest:
		r := proto.CloneOf(m)
		r.CommandId, r.OccurredOn = next.id.String(), next.on.String()
		return p.ofPlan(ctx, next, indicatorv1.IndicatorService_SupplyFigure_FullMethodName, r)
	case *indicatorv1.CorrectPlanRecordsRequest:
		r := proto.CloneOf(m)
		r.CommandId, r.OccurredOn = next.id.String(), next.on.String()
		for _, one := range r.GetCorrections() {
			one.Seen = p.plan[one.GetCommandId()]
		}
		return p.ofPlan(ctx, next, indicatorv1.IndicatorService_CorrectPlanRecords_FullMethodName, r)
	default:
		return p.record(ctx, next)
	}
}

// ofPlan asks for something of the plan, and keeps where it was recorded.
func (p *performance) ofPlan(ctx context.Context, next step, path string, r proto.Message) error {
	var answer indicatorv1.PlanRecorded
	if err := p.call(ctx, next.by, path, r, &answer); err != nil {
		return err
	}
	p.plan[answer.GetId()] = answer.GetPosition()
	return nil
}

func (p *performance) register(ctx context.Context, next step, r *personv1.RegisterPersonRequest) error {
	r.CommandId, r.OccurredOn = next.id.String(), next.on.String()
	var answer personv1.PersonRecorded
	if err := p.call(ctx, next.by, personv1.PersonService_RegisterPerson_FullMethodName, r, &answer); err != nil {
		return err
	}
	p.people[r.GetCommandId()] = &answer
	p.tally.people[answer.GetPersonId()] = true
	return nil
}

func (p *performance) change(ctx context.Context, next step, r *personv1.ChangeDetailsRequest) error {
	known := p.people[r.GetPersonId()]
	r.CommandId, r.OccurredOn = next.id.String(), next.on.String()
	r.PersonId, r.Revision = known.GetPersonId(), known.GetRevision()
	return p.call(ctx, next.by, personv1.PersonService_ChangeDetails_FullMethodName, r, known)
}

// say asks for what is said of two people, with the revision of what was said
// of them before.
func (p *performance) say(ctx context.Context, next step, path string, r interface {
	proto.Message
	GetPersonId() string
	GetOtherId() string
},
) error {
	one, other := p.people[r.GetPersonId()].GetPersonId(), p.people[r.GetOtherId()].GetPersonId()
	pair := [2]string{min(one, other), max(one, other)}
	m := r.ProtoReflect()
	set := func(name protoreflect.Name, v protoreflect.Value) { m.Set(m.Descriptor().Fields().ByName(name), v) }
	set("command_id", protoreflect.ValueOfString(next.id.String()))
	set("occurred_on", protoreflect.ValueOfString(next.on.String()))
	set("person_id", protoreflect.ValueOfString(one))
	set("other_id", protoreflect.ValueOfString(other))
	set("revision", protoreflect.ValueOfUint64(p.bonds[pair]))
	var answer personv1.BondRecorded
	if err := p.call(ctx, next.by, path, r, &answer); err != nil {
		return err
	}
	p.bonds[pair], p.said[next.id.String()] = answer.GetRevision(), pair
	return nil
}

// unsay asks to correct what was last said of two people, in the records of the
// smaller pseudonym.
func (p *performance) unsay(ctx context.Context, next step, r *personv1.CorrectPersonRecordsRequest) error {
	pair := p.said[r.GetCorrections()[0].GetCommandId()]
	r.CommandId, r.OccurredOn, r.PersonId = next.id.String(), next.on.String(), pair[0]
	r.Corrections[0].Seen = p.bonds[pair]
	var answer personv1.PersonRecordsCorrected
	if err := p.call(ctx, next.by, personv1.PersonService_CorrectPersonRecords_FullMethodName, r, &answer); err != nil {
		return err
	}
	p.bonds[pair] = answer.GetPosition()
	return nil
}

// record asks for a fact of a case: under the pseudonyms of the server, and
// with the revision of the part as it was last answered.
func (p *performance) record(ctx context.Context, next step) error {
	content := proto.Clone(next.message)
	p.name(content.ProtoReflect())
	part, err := partOf(next.id, content)
	if err != nil {
		return err
	}
	stands := p.revisions[next.file][part]
	cmd := &casefilev1.Command{CommandId: next.id.String(), OccurredOn: next.on.String(), Revision: stands.now}
	if next.choice != nil {
		if err := p.clash(ctx, next, content, stands.before); err != nil {
			return err
		}
		next.choose(cmd, stands.before)
	}
	if opens := next.file.id == next.id; !opens {
		cmd.CaseId = next.file.id.String()
	}
	path, request, err := p.calls.Ask(cmd, content)
	if err != nil {
		return err
	}
	var answer casefilev1.Recorded
	if err := p.call(ctx, next.by, path, request, &answer); err != nil {
		return err
	}
	p.answered(next, &answer)
	return nil
}

// answered keeps the revision. An accepted transfer changes the case manager
// too.
func (p *performance) answered(next step, answer *casefilev1.Recorded) {
	parts := p.revisions[next.file]
	if parts == nil {
		parts = map[casework.Part]revision{}
		p.revisions[next.file] = parts
		p.tally.cases[strings.TrimPrefix(next.file.pathway.String(), "PATHWAY_")]++
	}
	keep(parts, casework.Part(answer.GetPart()), answer.GetRevision())
	if moved, ok := next.message.(*eventv1.ReferralAnswered); ok && moved.GetCaseManager() != "" {
		keep(parts, casework.PartManager, answer.GetRevision())
	}
}

// partOf names the part that a fact changes or makes.
func partOf(id uuid.UUID, content proto.Message) (casework.Part, error) {
	f, err := fact.Wrap(proto.Clone(content), "")
	if err != nil {
		return "", err
	}
	return casework.Command{ID: id, Fact: f}.Part()
}

// name puts the pseudonyms of the server in the place of those of the script,
// wherever a fact names a person.
func (p *performance) name(m protoreflect.Message) {
	m.Range(func(field protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		switch {
		case field.Name() == "person_id":
			if known, ok := p.people[v.String()]; ok {
				m.Set(field, protoreflect.ValueOfString(known.GetPersonId()))
			}
		case field.Message() != nil && field.IsList():
			for i := range v.List().Len() {
				p.name(v.List().Get(i).Message())
			}
		}
		return true
	})
}

// facts names the kinds of facts that a step leaves in the log.
func (next step) facts() []string {
	switch {
	case next.choice == nil:
		return []string{next.what()}
	case next.choice.kind == eventv1.ChoiceKind_CHOICE_KIND_KEEP_THEIRS:
		return []string{"clash_settled"}
	default:
		return []string{"clash_settled", next.what()}
	}
}

// what names the kind of a step as facts are named.
func (next step) what() string {
	switch m := next.message.(type) {
	case *correctionv1.CorrectRequest:
		if m.GetCorrections()[0].GetVoid() {
			return "fact_voided"
		}
		return "fact_amended"
	case *indicatorv1.CorrectPlanRecordsRequest:
		return "fact_amended"
	case *personv1.CorrectPersonRecordsRequest:
		return "fact_voided"
	case *personv1.RegisterPersonRequest:
		return "person_registered"
	case *personv1.ChangeDetailsRequest:
		return "person_details_changed"
	case *personv1.LinkPersonsRequest:
		return "person_linked"
	case *personv1.UnlinkPersonsRequest:
		return "person_unlinked"
	case *personv1.TellPersonsApartRequest:
		return "persons_told_apart"
	case *indicatorv1.RecordActivityRequest:
		return "activity_recorded"
	case *indicatorv1.SupplyFigureRequest:
		return "figure_supplied"
	}
	f, err := fact.Wrap(next.message, "")
	if err != nil {
		return string(next.message.ProtoReflect().Descriptor().Name())
	}
	return fact.Name(f)
}

// call asks the server as one of the operators.
func (st *stage) call(ctx context.Context, by access.Caller, path string, request, answer proto.Message) error {
	credentials, err := st.credentials(by)
	if err != nil {
		return err
	}
	if err := st.conn.Invoke(ctx, path, request, answer, credentials); err != nil {
		return fmt.Errorf("%s as %s: %w", path, by.Role, err)
	}
	return nil
}
