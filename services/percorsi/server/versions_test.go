package server_test

import (
	"strings"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/encoding/protojson"

	casefilev1 "percorsi/internal/gen/percorsi/casefile/v1"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	"percorsi/services/percorsi/server/servertest"
)

// TestVersionsOfAProjectStandSideBySide revises a project, on both backends.
func TestVersionsOfAProjectStandSideBySide(t *testing.T) {
	onBothBackends(t, func(t *testing.T, o *office) {
		const first, second, why = "impara a cucinare", "impara a guidare", "cambiano i tempi della patente"
		plain := func(words string) *eventv1.Text { return &eventv1.Text{Form: &eventv1.Text_Plain{Plain: words}} }
		j := o.open(t, toSELF(servertest.Register(t, o.manager, "Versori")))
		project := j.Do("2025-02-02", &eventv1.ProjectDrafted{Measure: eventv1.Measure_MEASURE_SELF, StartsOn: "2025-02-02", EndsOn: "2025-12-31"})
		goal := j.Do("2025-02-02", &eventv1.GoalSet{ProjectId: project, General: true, Wording: plain(first)})
		j.Do("2025-02-03", &eventv1.ProjectSigned{
			ProjectId: project, Signer: eventv1.Signer_SIGNER_CASE_MANAGER, Mode: eventv1.SignatureMode_SIGNATURE_MODE_DIGITAL, User: "op.1",
		})
		j.Do("2025-03-01", &eventv1.ProjectRevised{ProjectId: project, EndsOn: "2026-06-30", Note: plain(why)})
		j.Do("2025-03-02", &eventv1.GoalDropped{ProjectId: project, GoalId: goal})
		added := j.Do("2025-03-02", &eventv1.GoalSet{ProjectId: project, General: true, Wording: plain(second)})
		j.Do("2025-03-03", &eventv1.SignatureRefused{
			ProjectId: project, Signer: eventv1.Signer_SIGNER_BENEFICIARY, Reason: eventv1.RefusedSignature_REFUSED_SIGNATURE_DISAGREES,
		})
		// What the team member writes is theirs too.
		j.As(o.member).Do("2025-03-04", &eventv1.CommitmentAgreed{ProjectId: project, By: eventv1.Voice_VOICE_OPERATORS})

		compare := func(conn grpc.ClientConnInterface) *casefilev1.CompareVersionsResponse {
			answer, err := casefilev1.NewCaseFileServiceClient(conn).CompareVersions(t.Context(),
				&casefilev1.CompareVersionsRequest{CaseId: j.Case, ProjectId: project, MinPosition: o.last(t)})
			if err != nil {
				t.Fatal(err)
			}
			return answer
		}
		got := compare(o.manager)
		var told []string
		for _, c := range got.GetChanges() {
			told = append(told, c.GetWhat().String()+" "+c.GetId())
		}
		want := []string{
			"PROJECT_PART_TERM ", "PROJECT_PART_GOAL " + goal, "PROJECT_PART_GOAL " + added,
			"PROJECT_PART_COMMITMENT " + got.GetTo().GetCommitments()[0].GetCommitmentId(),
			"PROJECT_PART_SIGNATURE case_manager/op.1", "PROJECT_PART_SIGNATURE beneficiary",
		}
		if strings.Join(told, ", ") != strings.Join(want, ", ") {
			t.Errorf("they differ in\n%q, want\n%q", told, want)
		}
		if before := got.GetChanges()[4].GetBefore().GetFields(); before["user"].GetStringValue() != "op.1" || got.GetChanges()[4].GetAfter() != nil {
			t.Errorf("the signature of the first version: %v", got.GetChanges()[4])
		}
		shown := o.get(t, o.manager, j.Case).GetProjects()[0]
		if len(shown.GetPast()) != 1 || shown.GetPast()[0].GetTo() != "2025-03-01" || shown.GetVersionReason() != why || len(shown.GetAuthors()) != 2 {
			t.Errorf("the project: %v", shown)
		}
		for _, words := range []string{first, second, why} {
			if !strings.Contains(protojson.Format(got), words) {
				t.Errorf("the case manager does not read %q", words)
			}
			if planner := protojson.Format(compare(o.planner)) + protojson.Format(o.get(t, o.planner, j.Case)); strings.Contains(planner, words) {
				t.Errorf("the planner reads %q", words)
			}
		}
	})
}
