package server_test

import (
	"github.com/google/uuid"
	"google.golang.org/grpc/codes"

	casefilev1 "percorsi/internal/gen/percorsi/casefile/v1"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// compare asks the planner's way for two versions, with one thing wrong.
func (d *desk) compare(change func(*casefilev1.CompareVersionsRequest)) error {
	r := &casefilev1.CompareVersionsRequest{CaseId: d.mine.id, ProjectId: d.mine.project}
	change(r)
	_, err := casefilev1.NewCaseFileServiceClient(d.planner).CompareVersions(d.t.Context(), r)
	return err
}

// wrongProjects ask for versions that are not there, plan what cannot be, and sign
// what they cannot.
var wrongProjects = []wrong{
	{"versions of a project of another case", func(d *desk) error {
		return d.compare(func(r *casefilev1.CompareVersionsRequest) { r.ProjectId = d.other.project })
	}, codes.InvalidArgument, "project_id"},
	{"versions of a case that is not there", func(d *desk) error {
		return d.compare(func(r *casefilev1.CompareVersionsRequest) { r.CaseId = uuid.NewString() })
	}, codes.NotFound, ""},
	{"a version that nobody made", func(d *desk) error {
		return d.compare(func(r *casefilev1.CompareVersionsRequest) { r.To = 2 })
	}, codes.InvalidArgument, "to"},
	{"a version before the first", func(d *desk) error {
		return d.compare(func(r *casefilev1.CompareVersionsRequest) { r.From = -1 })
	}, codes.InvalidArgument, "from"},
	{"versions of a case of another body", func(d *desk) error {
		_, err := casefilev1.NewCaseFileServiceClient(d.elsewhere).CompareVersions(d.t.Context(),
			&casefilev1.CompareVersionsRequest{CaseId: d.mine.id, ProjectId: d.mine.project})
		return err
	}, codes.NotFound, ""},
	{"versions by a reporting body", func(d *desk) error {
		_, err := casefilev1.NewCaseFileServiceClient(d.ward).CompareVersions(d.t.Context(),
			&casefilev1.CompareVersionsRequest{CaseId: d.mine.id, ProjectId: d.mine.project})
		return err
	}, codes.PermissionDenied, ""},
	{"a calendar that goes back", func(d *desk) error {
		return d.send(d.mine, &eventv1.MonitoringPlanned{ProjectId: d.mine.project, PlannedOn: []string{"2025-05-01", "2025-04-01"}})
	}, codes.InvalidArgument, "fact.planned_on"},
	{"a calendar without days", func(d *desk) error {
		return d.send(d.mine, &eventv1.MonitoringPlanned{ProjectId: d.mine.project})
	}, codes.InvalidArgument, "fact.planned_on"},
	{"a signature of somebody outside the household", func(d *desk) error {
		return d.send(d.mine, &eventv1.ProjectSigned{
			ProjectId: d.mine.project, Signer: eventv1.Signer_SIGNER_BENEFICIARY, Mode: eventv1.SignatureMode_SIGNATURE_MODE_PAPER,
			PersonId: d.stranger,
		})
	}, codes.InvalidArgument, "fact.person_id"},
	{"an operator who refuses in the name of the beneficiary", func(d *desk) error {
		return d.send(d.mine, &eventv1.SignatureRefused{ProjectId: d.mine.project, Signer: eventv1.Signer_SIGNER_BENEFICIARY, User: "op.3"})
	}, codes.InvalidArgument, "fact.user"},
}
