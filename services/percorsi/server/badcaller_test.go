package server_test

import (
	"context"

	"github.com/google/uuid"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"

	"percorsi/internal/access"
	casefilev1 "percorsi/internal/gen/percorsi/casefile/v1"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	indicatorv1 "percorsi/internal/gen/percorsi/indicator/v1"
	intakev1 "percorsi/internal/gen/percorsi/intake/v1"
	"percorsi/services/percorsi/server/servertest"
)

// foreign is a fact of one case that names a part of another one.
func foreign(part, field string, content func(mine, other file) proto.Message) wrong {
	return wrong{part + " of another case", func(d *desk) error {
		return d.send(d.mine, content(d.mine, d.other))
	}, codes.InvalidArgument, field}
}

var foreignParts = []wrong{
	foreign("a project", "fact.project_id", func(_, other file) proto.Message {
		return &eventv1.ProjectMonitored{ProjectId: other.project}
	}),
	foreign("the calendar of a project", "fact.project_id", func(_, other file) proto.Message {
		return &eventv1.MonitoringPlanned{ProjectId: other.project, PlannedOn: []string{"2025-04-01"}}
	}),
	foreign("a goal", "fact.goal_id", func(mine, other file) proto.Message {
		return &eventv1.GoalReached{ProjectId: mine.project, GoalId: other.goal}
	}),
	foreign("a commitment", "fact.commitment_id", func(mine, other file) proto.Message {
		return &eventv1.CommitmentChecked{
			ProjectId: mine.project, CommitmentId: other.commitment,
			Activation: eventv1.Activation_ACTIVATION_KEPT, Says: eventv1.Voice_VOICE_OPERATORS,
		}
	}),
	foreign("a support", "fact.support_id", func(_, other file) proto.Message {
		return &eventv1.SupportStarted{SupportId: other.support}
	}),
	foreign("a support for a project", "fact.project_id", func(_, other file) proto.Message {
		return &eventv1.SupportArranged{ProjectId: other.project, Kind: eventv1.SupportKind_SUPPORT_KIND_TUTORING}
	}),
	foreign("a referral", "fact.referral_id", func(_, other file) proto.Message {
		return &eventv1.ReferralAnswered{ReferralId: other.referral, Answer: eventv1.AnswerKind_ANSWER_KIND_ACCEPTED}
	}),
	foreign("a meeting", "fact.meeting_id", func(_, other file) proto.Message {
		return &eventv1.MeetingHeld{MeetingId: other.meeting, Present: []*eventv1.Presence{{Profession: eventv1.Profession_PROFESSION_TUTOR, Body: body}}}
	}),
	foreign("a meeting that decided something", "fact.meeting_id", func(_, other file) proto.Message {
		return &eventv1.FollowUpSettled{MeetingId: other.meeting, Result: eventv1.Settlement_SETTLEMENT_DONE}
	}),
	foreign("a meeting to come to", "fact.meeting_id", func(_, other file) proto.Message {
		return &eventv1.AttendanceConfirmed{MeetingId: other.meeting, Profession: eventv1.Profession_PROFESSION_TUTOR, Body: body}
	}),
	foreign("a path", "fact.path_id", func(_, other file) proto.Message {
		return &eventv1.PathConcluded{PathId: other.path, Outcome: eventv1.Outcome_OUTCOME_POSITIVE}
	}),
	foreign("an assessment", "fact.assessment_id", func(_, other file) proto.Message {
		return &eventv1.AssessmentConcluded{AssessmentId: other.assessment}
	}),
	foreign("an assessment to approve", "fact.assessment_id", func(_, other file) proto.Message {
		return &eventv1.AssessmentApproved{AssessmentId: other.assessment}
	}),
	foreign("an assessment to send back", "fact.assessment_id", func(_, other file) proto.Message {
		return &eventv1.AssessmentSentBack{AssessmentId: other.assessment, Reason: plain("no")}
	}),
	foreign("a project to submit", "fact.project_id", func(_, other file) proto.Message {
		return &eventv1.ProjectSubmitted{ProjectId: other.project}
	}),
	foreign("a project to approve", "fact.project_id", func(_, other file) proto.Message {
		return &eventv1.ProjectApproved{ProjectId: other.project}
	}),
	foreign("a project to send back", "fact.project_id", func(_, other file) proto.Message {
		return &eventv1.ProjectSentBack{ProjectId: other.project, Reason: plain("no")}
	}),
	foreign("a member of the team", "fact.member_id", func(_, other file) proto.Message {
		return &eventv1.TeamMemberRemoved{MemberId: other.member}
	}),
	foreign("an evaluation of a project", "fact.project_id", func(_, other file) proto.Message {
		return &eventv1.OperatorsEvaluated{
			ProjectId: other.project, Aspect: eventv1.Aspect_ASPECT_OVERALL, Judgement: eventv1.Judgement_JUDGEMENT_POSITIVE,
		}
	}),
}

var contact = &eventv1.ContactAttempted{Channel: eventv1.Channel_CHANNEL_PHONE}

var wrongCallers = []wrong{
	{"a call without a token", func(d *desk) error {
		return d.sendOn(d.anonymous, d.mine, "2025-03-01", 0, contact)
	}, codes.Unauthenticated, ""},
	{"a token that nobody issued", func(d *desk) error {
		stranger, err := access.NewIssuer(d.t.TempDir())
		if err != nil {
			d.t.Fatal(err)
		}
		conn := servertest.Connect(d.t, d.Addr(), stranger, access.Caller{User: "op.1", Role: access.CaseManager, Body: body})
		return d.sendOn(conn, d.mine, "2025-03-01", 0, contact)
	}, codes.Unauthenticated, ""},
	{"a planner who records in a case", func(d *desk) error {
		return d.sendOn(d.planner, d.mine, "2025-03-01", 0, contact)
	}, codes.PermissionDenied, ""},
	{"a team member who closes a case", func(d *desk) error {
		return d.sendOn(d.member, d.mine, "2025-03-01", 0, &eventv1.Closed{
			Outcome: eventv1.Outcome_OUTCOME_POSITIVE, Reason: eventv1.ClosingReason_CLOSING_REASON_AUTONOMY,
		})
	}, codes.PermissionDenied, ""},
	{"a case manager who moves a case to another body", func(d *desk) error {
		return d.sendOn(d.manager, d.mine, "2025-03-01", 0, &eventv1.Referred{Kind: eventv1.ReferralKind_REFERRAL_KIND_TRANSFER, ToBody: "ASSC"})
	}, codes.PermissionDenied, ""},
	{"a ward that signals in the name of another", func(d *desk) error {
		signal := toDischarge(d.person, eventv1.Area_AREA_ELDERLY)
		signal.SignalledBy = "ASST-LODI"
		return d.sendOn(d.ward, file{}, "2025-03-01", 0, signal)
	}, codes.PermissionDenied, ""},
	{"a case manager of another body", func(d *desk) error {
		return d.sendOn(d.elsewhere, d.mine, "2025-03-01", 0, contact)
	}, codes.NotFound, ""},
	{"a case manager of another body who reads", func(d *desk) error {
		_, err := casefilev1.NewCaseFileServiceClient(d.elsewhere).GetCase(d.t.Context(), &casefilev1.GetCaseRequest{CaseId: d.mine.id})
		return err
	}, codes.NotFound, ""},
	{"a case manager of another body who watches", func(d *desk) error {
		stream, err := casefilev1.NewCaseFileServiceClient(d.elsewhere).WatchCase(d.t.Context(), &casefilev1.WatchCaseRequest{CaseId: d.mine.id})
		if err != nil {
			return err
		}
		_, err = stream.Recv()
		return err
	}, codes.NotFound, ""},
	{"a method that does not exist", func(d *desk) error {
		return d.manager.Invoke(d.t.Context(), "/percorsi.intake.v1.IntakeService/Forget", &intakev1.CloseRequest{}, &casefilev1.Recorded{})
	}, codes.Unimplemented, ""},
}

// asPlanner makes a call on the plan.
func asPlanner(call func(context.Context, indicatorv1.IndicatorServiceClient) error) func(*desk) error {
	return func(d *desk) error { return call(d.t.Context(), indicatorv1.NewIndicatorServiceClient(d.planner)) }
}

var wrongPlans = []wrong{
	{"figures of a period that is none", asPlanner(func(ctx context.Context, c indicatorv1.IndicatorServiceClient) error {
		_, err := c.ListFigures(ctx, &indicatorv1.ListFiguresRequest{Period: "last year"})
		return err
	}), codes.InvalidArgument, "period"},
	{"figures of years outside the plan", asPlanner(func(ctx context.Context, c indicatorv1.IndicatorServiceClient) error {
		_, err := c.ListFigures(ctx, &indicatorv1.ListFiguresRequest{Period: "1999"})
		return err
	}), codes.InvalidArgument, "period"},
	{"a figure that the plan does not have", asPlanner(func(ctx context.Context, c indicatorv1.IndicatorServiceClient) error {
		_, err := c.ExplainFigure(ctx, &indicatorv1.ExplainFigureRequest{IndicatorId: "A1.OUT.99", Period: "2025"})
		return err
	}), codes.InvalidArgument, "indicator_id"},
	{"a plan that does not exist", asPlanner(func(ctx context.Context, c indicatorv1.IndicatorServiceClient) error {
		_, err := c.GetPlan(ctx, &indicatorv1.GetPlanRequest{PlanId: "MILANO-1999"})
		return err
	}), codes.NotFound, ""},
	{"an activity for an indicator that the plan does not have", asPlanner(func(ctx context.Context, c indicatorv1.IndicatorServiceClient) error {
		_, err := c.RecordActivity(ctx, &indicatorv1.RecordActivityRequest{
			CommandId: uuid.NewString(), OccurredOn: "2025-03-01",
			Fact: &eventv1.ActivityRecorded{Kind: eventv1.ActivityKind_ACTIVITY_KIND_MEETING, Indicator: "A1.OUT.99", Quantity: 1},
		})
		return err
	}), codes.InvalidArgument, "fact.indicator"},
	{"a supplied figure over more than all", asPlanner(func(ctx context.Context, c indicatorv1.IndicatorServiceClient) error {
		_, err := c.SupplyFigure(ctx, &indicatorv1.SupplyFigureRequest{
			CommandId: uuid.NewString(), OccurredOn: "2025-12-31",
			Fact: &eventv1.FigureSupplied{
				Indicator: "A1.PRO.4", SuppliedBy: "ASFOL", From: "2025-12-31", To: "2025-01-01", Numerator: 1, Denominator: 2,
			},
		})
		return err
	}), codes.InvalidArgument, "fact.to"},
	{"a correction of what nobody recorded", asPlanner(func(ctx context.Context, c indicatorv1.IndicatorServiceClient) error {
		_, err := c.CorrectPlanRecords(ctx, &indicatorv1.CorrectPlanRecordsRequest{
			CommandId: uuid.NewString(), OccurredOn: "2025-03-01", Corrections: []*indicatorv1.PlanRecordCorrection{{
				CommandId: uuid.NewString(), Reason: eventv1.CorrectionReason_CORRECTION_REASON_OTHER,
				What: &indicatorv1.PlanRecordCorrection_Void{Void: true},
			}},
		})
		return err
	}), codes.InvalidArgument, "corrections[0].command_id"},
	{"an activity amended with nothing", asPlanner(func(ctx context.Context, c indicatorv1.IndicatorServiceClient) error {
		_, err := c.CorrectPlanRecords(ctx, &indicatorv1.CorrectPlanRecordsRequest{
			CommandId: uuid.NewString(), OccurredOn: "2025-03-01", Corrections: []*indicatorv1.PlanRecordCorrection{{
				CommandId: uuid.NewString(), Reason: eventv1.CorrectionReason_CORRECTION_REASON_OTHER,
				What: &indicatorv1.PlanRecordCorrection_Amend{Amend: &eventv1.Fact{OccurredOn: "2025-03-01"}},
			}},
		})
		return err
	}), codes.InvalidArgument, "corrections[0].amend"},
	{"a page of records that there is not", asPlanner(func(ctx context.Context, c indicatorv1.IndicatorServiceClient) error {
		_, err := c.ListPlanRecords(ctx, &indicatorv1.ListPlanRecordsRequest{PageToken: "page two"})
		return err
	}), codes.InvalidArgument, "page_token"},
	{"a planner who publishes a plan", asPlanner(func(ctx context.Context, c indicatorv1.IndicatorServiceClient) error {
		plan, err := c.GetPlan(ctx, &indicatorv1.GetPlanRequest{})
		if err != nil {
			return err
		}
		_, err = c.PublishPlan(ctx, &indicatorv1.PublishPlanRequest{CommandId: uuid.NewString(), OccurredOn: "2025-03-01", Plan: plan.GetPlan()})
		return err
	}), codes.PermissionDenied, ""},
	{"a plan with a definition that does not compile", func(d *desk) error {
		c := indicatorv1.NewIndicatorServiceClient(d.administrator)
		plan, err := c.GetPlan(d.t.Context(), &indicatorv1.GetPlanRequest{})
		if err != nil {
			return err
		}
		plan.Plan.Version++
		plan.Plan.Indicators[0].Definition.Of = "case.no_such_field == 1"
		_, err = c.PublishPlan(d.t.Context(), &indicatorv1.PublishPlanRequest{CommandId: uuid.NewString(), OccurredOn: "2025-03-01", Plan: plan.GetPlan()})
		return err
	}, codes.InvalidArgument, ""},
}
