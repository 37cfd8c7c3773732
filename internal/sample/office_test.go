package sample_test

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"buf.build/go/protovalidate"
	"github.com/google/uuid"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/timestamppb"

	plandata "percorsi/deploy/plan"
	"percorsi/internal/access"
	"percorsi/internal/casework"
	"percorsi/internal/correction"
	"percorsi/internal/fact"
	"percorsi/internal/fault"
	casefilev1 "percorsi/internal/gen/percorsi/casefile/v1"
	correctionv1 "percorsi/internal/gen/percorsi/correction/v1"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	indicatorv1 "percorsi/internal/gen/percorsi/indicator/v1"
	personv1 "percorsi/internal/gen/percorsi/person/v1"
	"percorsi/internal/person"
	"percorsi/internal/plan"
	"percorsi/internal/plan/planfile"
)

// office records what the sample asks for by the real rules of requests,
// access, cases and the plan, and keeps it in memory: a whole year of the
// district is folded in seconds. The program itself plays the sample in its
// own tests.
type office struct {
	t     *testing.T
	now   time.Time
	rules protovalidate.Validator

	mu      sync.Mutex
	last    casework.Position
	cases   map[uuid.UUID]*casework.Case
	commits map[uuid.UUID][]correction.Recorded
	people  map[string]*eventv1.Demographics
	records map[string]*person.Record
	told    map[string][]correction.Recorded
	groups  person.Groups
	plan    *plan.State
	answers map[string]answered
	// log is every command that recorded something, in order.
	log []entry
}

// answered is a command and its first answer.
type answered struct {
	digest [sha256.Size]byte
	answer proto.Message
}

// entry is one recorded command.
type entry struct {
	command, method string
	by              access.Caller
	on              string
	request         proto.Message
	position        casework.Position
}

// The plan and the rules of requests are the same for every office, and
// compiled once.
var (
	shippedPlan = sync.OnceValues(func() (*planfile.Source, error) { return planfile.Read(plandata.Lodi()) })
	allRules    = sync.OnceValues(func() (protovalidate.Validator, error) { return protovalidate.New() })
)

// today is the day on which every office is open.
const today = "2026-11-22"

// openOffice opens an office, with the plan published.
func openOffice(t *testing.T) *office {
	t.Helper()
	now, err1 := time.Parse(time.DateOnly, today)
	source, err2 := shippedPlan()
	rules, err3 := allRules()
	if err := cmp.Or(err1, err2, err3); err != nil {
		t.Fatal(err)
	}
	o := &office{
		t: t, now: now.Add(9 * time.Hour), rules: rules, answers: map[string]answered{},
		cases: map[uuid.UUID]*casework.Case{}, commits: map[uuid.UUID][]correction.Recorded{}, people: map[string]*eventv1.Demographics{}, records: map[string]*person.Record{},
		told: map[string][]correction.Recorded{},
	}
	published := &eventv1.Fact{OccurredOn: "2024-12-20", Fact: &eventv1.Fact_PlanPublished{
		PlanPublished: &eventv1.PlanPublished{Plan: source.Plan},
	}}
	if _, err := o.planFact(uuid.New(), published); err != nil {
		t.Fatal(err)
	}
	return o
}

// token names the caller in the open: the office believes everybody.
func token(c access.Caller) (string, error) {
	if err := c.Check(); err != nil {
		return "", err
	}
	data, err := json.Marshal(c)
	return string(data), err
}

var _ grpc.ClientConnInterface = (*office)(nil)

// NewStream is not used by the sample.
func (o *office) NewStream(context.Context, *grpc.StreamDesc, string, ...grpc.CallOption) (grpc.ClientStream, error) {
	return nil, status.Error(codes.Unimplemented, "the sample opens no stream")
}

// Invoke answers one call.
func (o *office) Invoke(ctx context.Context, method string, args, reply any, opts ...grpc.CallOption) error {
	if err := ctx.Err(); err != nil {
		return status.FromContextError(err).Err()
	}
	by, err := callerOf(ctx, opts)
	if err != nil {
		return err
	}
	request, ok1 := args.(proto.Message)
	into, ok2 := reply.(proto.Message)
	if !ok1 || !ok2 {
		return status.Errorf(codes.Internal, "%T and %T are no messages", args, reply)
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	answer, err := o.answer(by, method, request)
	if clash, ok := errors.AsType[*casework.Clash](err); ok {
		return status.Error(codes.Aborted, clash.Error())
	}
	if err != nil {
		return status.Errorf(codes.FailedPrecondition, "%d %s", fault.KindOf(err), err)
	}
	proto.Merge(into, answer)
	return nil
}

func callerOf(ctx context.Context, opts []grpc.CallOption) (access.Caller, error) {
	var by access.Caller
	for _, opt := range opts {
		creds, ok := opt.(grpc.PerRPCCredsCallOption)
		if !ok {
			continue
		}
		headers, err := creds.Creds.GetRequestMetadata(ctx)
		if err != nil {
			return by, err
		}
		text, _ := strings.CutPrefix(headers["authorization"], "Bearer ")
		return by, json.Unmarshal([]byte(text), &by)
	}
	return by, status.Error(codes.Unauthenticated, "no token")
}

func (o *office) answer(by access.Caller, method string, request proto.Message) (proto.Message, error) {
	if err := access.MayCall(by, method); err != nil {
		return nil, err
	}
	if err := o.rules.Validate(request); err != nil {
		return nil, err
	}
	if _, ok := request.(*indicatorv1.GetPlanRequest); ok {
		return &indicatorv1.GetPlanResponse{Plan: o.plan.Plan}, nil
	}
	command := commandOf(request)
	digest, err := digestOf(by, request)
	if err != nil {
		return nil, err
	}
	if known, ok := o.answers[command.GetCommandId()]; ok {
		if known.digest != digest {
			return nil, fault.New(fault.Exists, "the command says something else than before")
		}
		return known.answer, nil
	}
	answer, err := o.record(by, command, proto.CloneOf(request))
	if err != nil {
		return nil, err
	}
	o.answers[command.GetCommandId()] = answered{digest: digest, answer: answer}
	o.log = append(o.log, entry{
		command: command.GetCommandId(), method: method, by: by,
		on: command.GetOccurredOn(), request: proto.CloneOf(request), position: o.last,
	})
	return answer, nil
}

// commandOf gives the command of a request, made up where the request spells
// its parts out.
func commandOf(request proto.Message) *casefilev1.Command {
	switch r := request.(type) {
	case interface{ GetCommand() *casefilev1.Command }:
		return r.GetCommand()
	case interface {
		GetCommandId() string
		GetOccurredOn() string
	}:
		return &casefilev1.Command{CommandId: r.GetCommandId(), OccurredOn: r.GetOccurredOn()}
	default:
		return nil
	}
}

func digestOf(by access.Caller, request proto.Message) ([sha256.Size]byte, error) {
	data, err := proto.MarshalOptions{Deterministic: true}.Marshal(request)
	return sha256.Sum256(append([]byte(by.User), data...)), err
}

func (o *office) record(by access.Caller, command *casefilev1.Command, request proto.Message) (proto.Message, error) {
	id, err := uuid.Parse(command.GetCommandId())
	if err != nil {
		return nil, err
	}
	switch r := request.(type) {
	case *personv1.RegisterPersonRequest:
		return o.register(id, r)
	case *personv1.ChangeDetailsRequest:
		if _, known := o.people[r.GetPersonId()]; !known {
			return nil, fault.New(fault.NotFound, "nobody by that id")
		}
		o.last++
		return &personv1.PersonRecorded{PersonId: r.GetPersonId(), Revision: uint64(o.last)}, nil
	case *personv1.LinkPersonsRequest:
		return o.bond(id, r, r.GetRevision(), r.GetOccurredOn(), &eventv1.PersonLinked{Basis: r.GetBasis(), Reason: r.GetReason()})
	case *personv1.UnlinkPersonsRequest:
		return o.bond(id, r, r.GetRevision(), r.GetOccurredOn(), &eventv1.PersonUnlinked{Reason: r.GetReason()})
	case *personv1.TellPersonsApartRequest:
		return o.bond(id, r, r.GetRevision(), r.GetOccurredOn(), &eventv1.PersonsToldApart{Reason: r.GetReason()})
	case *personv1.CorrectPersonRecordsRequest:
		return o.unsay(by, id, r)
	case *indicatorv1.RecordActivityRequest:
		return o.planFact(id, &eventv1.Fact{OccurredOn: r.GetOccurredOn(), Fact: &eventv1.Fact_ActivityRecorded{ActivityRecorded: r.GetFact()}})
	case *indicatorv1.SupplyFigureRequest:
		if err := access.MaySpeakFor(by, r.GetFact().GetSuppliedBy()); err != nil {
			return nil, err
		}
		return o.planFact(id, &eventv1.Fact{OccurredOn: r.GetOccurredOn(), Fact: &eventv1.Fact_FigureSupplied{FigureSupplied: r.GetFact()}})
	case *correctionv1.CorrectRequest:
		return o.correct(by, command, r)
	case *indicatorv1.CorrectPlanRecordsRequest:
		return o.correctPlan(id, r)
	default:
		return o.recordCase(by, command, request)
	}
}

// correct corrects one fact of a case, by the real rules.
func (o *office) correct(by access.Caller, command *casefilev1.Command, r *correctionv1.CorrectRequest) (proto.Message, error) {
	id, of := uuid.MustParse(command.GetCommandId()), uuid.MustParse(command.GetCaseId())
	cmd := casework.CorrectionCommand{ID: id, On: command.GetOccurredOn(), User: by.User}
	for _, one := range r.GetCorrections() {
		cmd.Asked = append(cmd.Asked, casework.AskedCorrection{
			Of: correction.Ref{Command: uuid.MustParse(one.GetCommandId())}, Revision: casework.Revision(one.GetRevision()),
			Replacement: one.GetAmend(), Reason: one.GetReason(), Note: one.GetNote(),
		})
	}
	facts, err := casework.DecideCorrections(o.cases[of], o.commits[of], cmd, o.now)
	if err != nil {
		return nil, err
	}
	o.last++
	o.commits[of] = append(o.commits[of], correction.Recorded{At: uint64(o.last), Commit: &eventv1.Commit{
		CommandId: id.String(), Actor: &eventv1.Actor{User: by.User, Body: by.Body}, Facts: facts, RecordedAt: timestamppb.New(o.now),
	}})
	if o.cases[of], err = casework.Refold(o.commits[of]); err != nil {
		return nil, err
	}
	return &casefilev1.Recorded{
		CaseId: of.String(), Id: id.String(), Position: uint64(o.last), Part: string(casework.PartContacts), Revision: uint64(o.last),
		RecordedAt: timestamppb.New(o.now),
	}, nil
}

// register gives the same pseudonym for the same identifier.
func (o *office) register(id uuid.UUID, r *personv1.RegisterPersonRequest) (proto.Message, error) {
	code, err := person.ParseIdentifier(person.IdentifierKind(r.GetIdentifierKind()), r.GetIdentity().GetIdentifier())
	if err != nil {
		return nil, err
	}
	pseudonym := id.String()
	if c := code.Canonical(); c != "" {
		pseudonym = uuid.NewSHA1(uuid.NameSpaceOID, []byte(c)).String()
	}
	o.last++
	o.people[pseudonym] = r.GetDemographics()
	if o.records[pseudonym] == nil {
		f, err := fact.Wrap(&eventv1.PersonRegistered{IdentifierKind: r.GetIdentifierKind()}, r.GetOccurredOn())
		if err != nil {
			return nil, err
		}
		if err := o.evolve(id, pseudonym, f); err != nil {
			return nil, err
		}
	}
	return &personv1.PersonRecorded{PersonId: pseudonym, Position: uint64(o.last), Revision: uint64(o.last)}, nil
}

// bond says something of two people, by the real rules.
func (o *office) bond(id uuid.UUID, r interface {
	GetPersonId() string
	GetOtherId() string
}, revision uint64, on string, content proto.Message,
) (proto.Message, error) {
	one, other := o.records[min(r.GetPersonId(), r.GetOtherId())], o.records[max(r.GetPersonId(), r.GetOtherId())]
	if one == nil || other == nil {
		return nil, fault.New(fault.NotFound, "nobody by that id")
	}
	m := content.ProtoReflect()
	m.Set(m.Descriptor().Fields().ByName("other"), protoreflect.ValueOfString(other.ID))
	f, err := fact.Wrap(content, on)
	if err != nil {
		return nil, err
	}
	saying := person.Saying{Fact: f, Revision: person.Revision(revision)}
	if err := person.Decide(one, other, o.group(one), o.group(other), saying); err != nil {
		return nil, err
	}
	o.last++
	if err := o.evolve(id, one.ID, f); err != nil {
		return nil, err
	}
	return &personv1.BondRecorded{Position: uint64(o.last), Revision: uint64(o.last)}, nil
}

func (o *office) group(r *person.Record) []*person.Record {
	out := []*person.Record{r}
	for _, id := range o.groups.Of(r.ID) {
		if id != r.ID {
			out = append(out, o.records[id])
		}
	}
	return out
}

// evolve folds facts of a person, from the beginning.
func (o *office) evolve(id uuid.UUID, pseudonym string, facts ...*eventv1.Fact) error {
	o.told[pseudonym] = append(o.told[pseudonym], correction.Recorded{At: uint64(o.last), Commit: &eventv1.Commit{
		CommandId: id.String(), Stream: person.StreamPrefix + pseudonym, Facts: facts,
	}})
	var err error
	o.records[pseudonym], err = person.Refold(o.told[pseudonym])
	if err == nil {
		o.groups.Put(o.records[pseudonym])
	}
	return err
}

// unsay voids what was said of two people, by the real rules.
func (o *office) unsay(by access.Caller, id uuid.UUID, r *personv1.CorrectPersonRecordsRequest) (proto.Message, error) {
	known := o.records[r.GetPersonId()]
	if known == nil {
		return nil, fault.New(fault.NotFound, "nobody by that id")
	}
	past := o.told[known.ID]
	ledger, err := correction.Read(past)
	if err != nil {
		return nil, err
	}
	cmd, groups := correction.Command{ID: id, On: r.GetOccurredOn()}, o.group(known)
	for _, one := range r.GetCorrections() {
		of := correction.Ref{Command: uuid.MustParse(one.GetCommandId())}
		cmd.Asked = append(cmd.Asked, correction.Asked{Of: of, Seen: one.GetSeen(), Reason: one.GetReason(), Note: one.GetNote()})
		said := ledger.Find(of).Recorded
		if err := access.MayCorrectPerson(by, said); err != nil {
			return nil, err
		}
		groups = append(groups, o.group(o.records[person.SaidOf(said)])...)
	}
	facts, err := person.DecideCorrections(known, past, groups, cmd, o.now)
	if err != nil {
		return nil, err
	}
	o.last++
	return &personv1.PersonRecordsCorrected{PersonId: known.ID, Id: id.String(), Position: uint64(o.last)}, o.evolve(id, known.ID, facts...)
}

// correctPlan corrects what was recorded for the plan, by the real rules.
func (o *office) correctPlan(id uuid.UUID, r *indicatorv1.CorrectPlanRecordsRequest) (proto.Message, error) {
	cmd := correction.Command{ID: id, On: r.GetOccurredOn()}
	for _, one := range r.GetCorrections() {
		cmd.Asked = append(cmd.Asked, correction.Asked{
			Of: correction.Ref{Command: uuid.MustParse(one.GetCommandId())}, Seen: one.GetSeen(), Replacement: one.GetAmend(), Reason: one.GetReason(),
		})
	}
	facts, err := plan.DecideCorrections(o.plan, cmd, o.now)
	if err != nil {
		return nil, err
	}
	return o.planRecorded(id, facts)
}

func (o *office) planFact(id uuid.UUID, f *eventv1.Fact) (proto.Message, error) {
	facts, err := plan.Decide(o.plan, plan.Command{ID: id, Fact: f}, o.now)
	if err != nil {
		return nil, err
	}
	return o.planRecorded(id, facts)
}

func (o *office) planRecorded(id uuid.UUID, facts []*eventv1.Fact) (proto.Message, error) {
	o.last++
	var err error
	o.plan, err = plan.Evolve(o.plan, uint64(o.last), &eventv1.Commit{CommandId: id.String(), Facts: facts})
	return &indicatorv1.PlanRecorded{PlanId: o.plan.Plan.GetPlanId(), Id: id.String(), Position: uint64(o.last)}, err
}

func (o *office) recordCase(by access.Caller, command *casefilev1.Command, request proto.Message) (proto.Message, error) {
	m := request.ProtoReflect()
	content := m.Get(m.Descriptor().Fields().ByName("fact")).Message().Interface()
	f, err := fact.Wrap(content, command.GetOccurredOn())
	if err != nil {
		return nil, err
	}
	id := uuid.MustParse(command.GetCommandId())
	of := id
	if command.GetCaseId() != "" {
		of = uuid.MustParse(command.GetCaseId())
	}
	if err := access.MayRecord(by, o.cases[of], f); err != nil {
		return nil, err
	}
	if err := o.known(f); err != nil {
		return nil, err
	}
	cmd := casework.Command{ID: id, Revision: casework.Revision(command.GetRevision()), Fact: f, User: by.User}
	if c := command.GetChoice(); c != nil {
		cmd.Choice = &casework.Choice{Kind: c.GetKind(), Seen: casework.Revision(c.GetSeenRevision()), Reason: c.GetReason()}
	}
	facts, err := casework.Decide(o.cases[of], cmd, o.now)
	if err != nil {
		return nil, err
	}
	o.last++
	commit := &eventv1.Commit{
		CommandId: id.String(), Actor: &eventv1.Actor{User: by.User, Body: by.Body}, Facts: facts, RecordedAt: timestamppb.New(o.now),
	}
	if o.cases[of], err = casework.Evolve(o.cases[of], o.last, commit); err != nil {
		return nil, err
	}
	o.commits[of] = append(o.commits[of], correction.Recorded{At: uint64(o.last), Commit: commit})
	part, err := cmd.Part()
	return &casefilev1.Recorded{
		CaseId: of.String(), Id: id.String(), Position: uint64(o.last), Part: string(part),
		Revision: uint64(o.cases[of].Revision(part)), RecordedAt: timestamppb.New(o.now),
	}, err
}

// known says that everybody a fact names was registered.
func (o *office) known(f *eventv1.Fact) error {
	named := []string{f.GetSignalled().GetPersonId(), f.GetApplied().GetPersonId()}
	for _, m := range f.GetHouseholdRecorded().GetMembers() {
		named = append(named, m.GetPersonId())
	}
	for _, p := range named {
		if _, ok := o.people[p]; p != "" && !ok {
			return fmt.Errorf("%s is not registered", p)
		}
	}
	return nil
}
