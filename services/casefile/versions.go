package casefile

import (
	"context"
	"fmt"
	"slices"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/structpb"

	"percorsi/internal/access"
	"percorsi/internal/casework"
	"percorsi/internal/fault"
	casefilev1 "percorsi/internal/gen/percorsi/casefile/v1"
	"percorsi/internal/readmodel"
)

// CompareVersions shows two versions of a project, and what they say
// differently.
func (s *Server) CompareVersions(ctx context.Context, r *casefilev1.CompareVersionsRequest) (*casefilev1.CompareVersionsResponse, error) {
	at, err := readmodel.Reach(ctx, s.model, r.GetMinPosition())
	if err != nil {
		return nil, err
	}
	caller, c, err := s.seen(ctx, r.GetCaseId())
	if err != nil {
		return nil, err
	}
	if !access.ReadsFile(caller, c) {
		return nil, access.NoSuchCase()
	}
	from, to, err := versions(c, r)
	if err != nil {
		return nil, err
	}
	v := view{words: s.reader(caller, c)}
	out := &casefilev1.CompareVersionsResponse{From: v.version(c.Person, from), To: v.version(c.Person, to), Position: at}
	for _, change := range casework.Changes(from, to) {
		shown, err := v.change(c.Person, change)
		if err != nil {
			return nil, err
		}
		out.Changes = append(out.GetChanges(), shown)
	}
	return out, nil
}

// versions gives the two versions that a request names.
func versions(c *casework.Case, r *casefilev1.CompareVersionsRequest) (from, to *casework.ProjectVersion, err error) {
	i := slices.IndexFunc(c.Projects, func(p *casework.Project) bool { return p.ID == r.GetProjectId() })
	if i < 0 {
		return nil, nil, fault.Field("project_id", "there is no such project in this case")
	}
	all := c.Versions(c.Projects[i])
	second, newest := int(r.GetTo()), len(all)
	if second == 0 {
		second = newest
	}
	first := int(r.GetFrom())
	if first == 0 {
		first = max(second-1, 1)
	}
	switch {
	case second > newest:
		return nil, nil, fault.Field("to", "is no version of this project: the newest is %d", newest)
	case first > newest:
		return nil, nil, fault.Field("from", "is no version of this project: the newest is %d", newest)
	}
	return all[first-1], all[second-1], nil
}

// change shows what two versions say differently.
func (v view) change(person string, change casework.Change) (*casefilev1.ProjectChange, error) {
	out := &casefilev1.ProjectChange{Id: change.ID}
	var err error
	if change.Before != nil {
		if out.What, out.Before, err = v.item(person, change.Before); err != nil {
			return nil, err
		}
	}
	if change.After != nil {
		out.What, out.After, err = v.item(person, change.After)
	}
	return out, err
}

// item shows one thing that a version is made of, and says what it is.
func (v view) item(person string, item casework.Item) (casefilev1.ProjectPart, *structpb.Struct, error) {
	var what casefilev1.ProjectPart
	var shown proto.Message
	switch one := item.(type) {
	case *casework.Term:
		what, shown = casefilev1.ProjectPart_PROJECT_PART_TERM, term(one)
	case *casework.Goal:
		what, shown = casefilev1.ProjectPart_PROJECT_PART_GOAL, v.goal(person, one)
	case *casework.Commitment:
		what, shown = casefilev1.ProjectPart_PROJECT_PART_COMMITMENT, v.commitment(person, one)
	case *casework.Support:
		what, shown = casefilev1.ProjectPart_PROJECT_PART_SUPPORT, support(one)
	case *casework.Budget:
		what, shown = casefilev1.ProjectPart_PROJECT_PART_BUDGET, budget(one)
	case *casework.Signature:
		what, shown = casefilev1.ProjectPart_PROJECT_PART_SIGNATURE, signature(one)
	default:
		return 0, nil, fmt.Errorf("a %T cannot be shown", item)
	}
	object, err := asObject(shown)
	return what, object, err
}

// asObject gives a message as its JSON form has it, under the names of the proto
// files.
func asObject(m proto.Message) (*structpb.Struct, error) {
	data, err := protojson.MarshalOptions{UseProtoNames: true}.Marshal(m)
	if err != nil {
		return nil, err
	}
	object := &structpb.Struct{}
	return object, protojson.Unmarshal(data, object)
}
