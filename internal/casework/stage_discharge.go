package casework

import (
	"slices"

	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

func (c *Case) stageDischarge() Stage {
	switch d := c.Discharge; {
	case d == nil:
		return c.stageOfStatus()
	case d.Line == eventv1.DischargeLine_DISCHARGE_LINE_HOMELESS:
		return c.stageWithoutHome(d)
	default:
		return c.stageAtHome(d)
	}
}

func (c *Case) stageAtHome(d *Discharge) Stage {
	project := c.furthestProject(0)
	switch {
	case d.ConcludedOn != 0:
		return StageConcluded
	case d.FirstAccessAt != 0 && project == projectMonitoring:
		return StageMonitored
	case d.FirstAccessAt != 0:
		return StageServiceActive
	case d.DischargedAt != 0 && d.Provider != "":
		return StageProviderChosen
	case d.DischargedAt != 0:
		return StageDischarged
	case project >= projectSigning:
		return StageProjectSigned
	case d.Admitted && (c.concluded(eventv1.Form_FORM_UVM) || c.teamMetSince(d.ReportedOn)):
		return StageAssessed
	default:
		return stageReported(d)
	}
}

func (c *Case) stageWithoutHome(d *Discharge) Stage {
	project := c.furthestProject(0)
	final := c.evaluated("", eventv1.Voice_VOICE_BENEFICIARY) || slices.ContainsFunc(c.Projects, func(p *Project) bool {
		return c.evaluated(p.ID, eventv1.Voice_VOICE_BENEFICIARY)
	})
	switch {
	case d.BedLeftOn != 0:
		return StageBedLeft
	case d.ConcludedOn != 0:
		return StageConcluded
	case d.BedEnteredOn != 0 && final:
		return StageEvaluated
	case d.BedEnteredOn != 0 && project == projectMonitoring:
		return StageMonitored
	case d.BedEnteredOn != 0 && project == projectSigning:
		return StageProjectSigned
	case d.BedEnteredOn != 0 && c.teamMetSince(d.BedEnteredOn):
		return StageTeamMet
	case d.BedEnteredOn != 0:
		return StageBedEntered
	case d.DischargedAt != 0:
		return StageDischarged
	case d.Bed != "":
		return StageBedAssigned
	default:
		return stageReported(d)
	}
}

func stageReported(d *Discharge) Stage {
	if d.Admitted {
		return StageAdmitted
	}
	return StageReported
}
