package casework

import (
	"slices"

	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// Stage is the step of its pathway that a case has reached: the furthest one
// that its facts show. Where steps may be left out, so may stages. A stage says
// how far the work is, the status whether it goes on: a suspended case keeps
// its stage.
type Stage string

// The stages, in the order of each pathway, with the names that the ministry
// and the Piano di Zona give them.
//
//	stage             ADI (nucleo)               SELF
//	APPLIED           domanda presentata
//	PAD_SIGNED        PAD sottoscritto
//	TRANSMITTED       trasmessa a GePI
//	SIGNALLED                                    segnalata
//	WAITING           in attesa                  in attesa
//	ASSIGNED          assegnata
//	SUMMONED          convocato
//	MET               primo incontro             primo colloquio
//	IN_CHARGE                                    in carico
//	ANALYSED          analisi preliminare        Kit di bilancio
//	FRAMEWORK         quadro di analisi
//	PROJECT_DRAFTED                              progetto individualizzato
//	PACT_SIGNED       PaIS sottoscritto
//	MONITORED         monitoraggio
//	PATH_ACTIVE                                  percorso attivo
//	MEASURE_ENDED     respinta, decaduto, revocato,
//	                  scaduto, rinunciato, trasferito
//	CLOSED            concluso                   dismessa
//	FOLLOWED_UP                                  follow-up
//	REFUSED           non presa                  non presa
//
//	stage             discharge, at home         discharge, without a home
//	SIGNALLED         the case without a report  the case without a report
//	REPORTED          segnalata                  segnalata
//	ADMITTED          triage                     valutata
//	ASSESSED          valutazione (UVM)
//	PROJECT_SIGNED    PAI condiviso              progetto firmato
//	DISCHARGED        dimesso                    dimesso
//	PROVIDER_CHOSEN   ente scelto
//	BED_ASSIGNED                                 posto assegnato
//	BED_ENTERED                                  ingresso
//	TEAM_MET                                     prima équipe
//	SERVICE_ACTIVE    servizio attivo
//	MONITORED         monitoraggio               monitoraggio
//	EVALUATED                                    verifica finale
//	CONCLUDED         concluso                   concluso
//	BED_LEFT                                     uscita
//	CLOSED            the case closed            the case closed
//	FOLLOWED_UP       esito a sei mesi           esito a sei mesi
//
// The pathway GENERALE has SIGNALLED, WAITING, IN_CHARGE, PROJECT_DRAFTED,
// PROJECT_SIGNED, MONITORED, CLOSED and REFUSED. A case of any pathway that was
// entered in error is VOIDED.
const (
	StageApplied        Stage = "APPLIED"
	StagePadSigned      Stage = "PAD_SIGNED"
	StageTransmitted    Stage = "TRANSMITTED"
	StageSignalled      Stage = "SIGNALLED"
	StageWaiting        Stage = "WAITING"
	StageAssigned       Stage = "ASSIGNED"
	StageSummoned       Stage = "SUMMONED"
	StageMet            Stage = "MET"
	StageInCharge       Stage = "IN_CHARGE"
	StageAnalysed       Stage = "ANALYSED"
	StageFramework      Stage = "FRAMEWORK"
	StageProjectDrafted Stage = "PROJECT_DRAFTED"
	StagePactSigned     Stage = "PACT_SIGNED"
	StagePathActive     Stage = "PATH_ACTIVE"
	StageReported       Stage = "REPORTED"
	StageAdmitted       Stage = "ADMITTED"
	StageAssessed       Stage = "ASSESSED"
	StageProjectSigned  Stage = "PROJECT_SIGNED"
	StageDischarged     Stage = "DISCHARGED"
	StageProviderChosen Stage = "PROVIDER_CHOSEN"
	StageBedAssigned    Stage = "BED_ASSIGNED"
	StageBedEntered     Stage = "BED_ENTERED"
	StageTeamMet        Stage = "TEAM_MET"
	StageServiceActive  Stage = "SERVICE_ACTIVE"
	StageMonitored      Stage = "MONITORED"
	StageEvaluated      Stage = "EVALUATED"
	StageConcluded      Stage = "CONCLUDED"
	StageBedLeft        Stage = "BED_LEFT"
	StageMeasureEnded   Stage = "MEASURE_ENDED"
	StageClosed         Stage = "CLOSED"
	StageFollowedUp     Stage = "FOLLOWED_UP"
	StageRefused        Stage = "REFUSED"
	StageVoided         Stage = "VOIDED"
)

// Stage gives the step of its pathway that the case has reached.
func (c *Case) Stage() Stage {
	switch {
	case c.Status == Voided:
		return StageVoided
	case c.Status == Refused:
		return StageRefused
	case c.Status == Closed && c.followedUp():
		return StageFollowedUp
	case c.Status == Closed:
		return StageClosed
	}
	switch c.Pathway {
	case eventv1.Pathway_PATHWAY_ADI:
		return c.stageADI()
	case eventv1.Pathway_PATHWAY_SELF:
		return c.stageSELF()
	case eventv1.Pathway_PATHWAY_DISCHARGE:
		return c.stageDischarge()
	default:
		return c.stageGenerale()
	}
}

func (c *Case) followedUp() bool {
	path := func(p *Path) bool { return p.FollowUp != 0 }
	return slices.ContainsFunc(c.Paths, path) || (c.Discharge != nil && c.Discharge.SixMonth != 0)
}

func (c *Case) stageSELF() Stage {
	active := func(p *Path) bool { return p.StartedOn != 0 && p.EndedOn == 0 }
	switch {
	case slices.ContainsFunc(c.Paths, active):
		return StagePathActive
	case len(c.Projects) > 0:
		return StageProjectDrafted
	case c.concluded(eventv1.Form_FORM_COMPETENCE_BALANCE):
		return StageAnalysed
	default:
		return c.stageOfStatus()
	}
}

func (c *Case) stageGenerale() Stage {
	switch c.furthestProject(0) {
	case projectMonitoring:
		return StageMonitored
	case projectSigning:
		return StageProjectSigned
	case projectDrafting:
		return StageProjectDrafted
	default:
		return c.stageOfStatus()
	}
}

// stageOfStatus is the stage of a case of which little more than the status is
// known.
func (c *Case) stageOfStatus() Stage {
	switch {
	case c.InChargeOn != 0:
		return StageInCharge
	case c.Status == Waiting:
		return StageWaiting
	case c.FirstMeetingOn != 0:
		return StageMet
	default:
		return StageSignalled
	}
}

// The steps of a project, in order.
const (
	projectNone = iota
	projectDrafting
	projectSigning
	projectMonitoring
)

// furthestProject gives the furthest step of a project of a measure, or of any
// measure for 0. A project is monitored once it is signed.
func (c *Case) furthestProject(m eventv1.Measure) int {
	step := projectNone
	for _, p := range c.Projects {
		switch {
		case m != 0 && p.Measure != m:
		case p.SignedOn != 0 && len(p.Monitored) > 0:
			step = projectMonitoring
		case p.SignedOn != 0:
			step = max(step, projectSigning)
		default:
			step = max(step, projectDrafting)
		}
	}
	return step
}

func (c *Case) concluded(form eventv1.Form) bool {
	return slices.ContainsFunc(c.Assessments, func(a *Assessment) bool { return a.Form == form && a.ConcludedOn != 0 })
}

// teamMetSince tells whether a team met on a day or after it.
func (c *Case) teamMetSince(d Day) bool {
	return slices.ContainsFunc(c.Meetings, func(m *Meeting) bool { return m.HeldOn != 0 && m.HeldOn >= d })
}
