package casework

import (
	"slices"

	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// stageADI begins again with the PAD of a renewal until the household is met;
// then what is there of the project counts on.
func (c *Case) stageADI() Stage {
	pact := c.furthestProject(eventv1.Measure_MEASURE_PAIS)
	switch {
	case c.measureEnded():
		return StageMeasureEnded
	case c.FirstMeetingOn == 0 || c.FirstMeetingOn < c.PadSignedOn:
		return c.stageBeforeMeeting()
	case pact == projectMonitoring, pact == projectSigning && c.metAfterPact():
		return StageMonitored
	case pact == projectSigning:
		return StagePactSigned
	case c.concluded(eventv1.Form_FORM_ANALYSIS_FRAMEWORK):
		return StageFramework
	case c.concluded(eventv1.Form_FORM_PRELIMINARY_ANALYSIS):
		return StageAnalysed
	default:
		return StageMet
	}
}

func (c *Case) stageBeforeMeeting() Stage {
	switch {
	case c.SummonedOn != 0 && c.SummonedOn >= c.PadSignedOn:
		return StageSummoned
	case c.Status == Waiting:
		return StageWaiting
	case c.AssignedOn != 0:
		return StageAssigned
	case c.TransmittedOn != 0:
		return StageTransmitted
	case c.PadSignedOn != 0:
		return StagePadSigned
	default:
		return StageApplied
	}
}

// measureEnded tells whether INPS has ended the measure. The case goes on until
// the service closes it.
func (c *Case) measureEnded() bool {
	switch c.Decision {
	case eventv1.MeasureDecision_MEASURE_DECISION_REJECTED, eventv1.MeasureDecision_MEASURE_DECISION_FORFEITED,
		eventv1.MeasureDecision_MEASURE_DECISION_REVOKED, eventv1.MeasureDecision_MEASURE_DECISION_EXPIRED,
		eventv1.MeasureDecision_MEASURE_DECISION_WAIVED, eventv1.MeasureDecision_MEASURE_DECISION_TRANSFERRED:
		return true
	default:
		return false
	}
}

var kindPeriodicMeeting = kindNamed("periodic_meeting_held")

// metAfterPact tells whether a member had a periodic meeting since a PaIS was
// signed: in ADI that is the monitoring.
func (c *Case) metAfterPact() bool {
	return slices.ContainsFunc(c.Projects, func(p *Project) bool {
		return p.SignedOn != 0 && slices.ContainsFunc(c.Timeline, func(m Moment) bool {
			return m.Kind == kindPeriodicMeeting && m.Day >= p.SignedOn
		})
	})
}
