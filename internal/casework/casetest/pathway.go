package casetest

import (
	"google.golang.org/protobuf/proto"

	"percorsi/internal/casework"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// Paths of SELF.

func pathProposed(s *scene) proto.Message {
	if !s.likely(s.c.InChargeOn != 0 && len(s.c.Paths) < 4) {
		return nil
	}
	f := &eventv1.PathProposed{
		Kind: word[eventv1.PathKind](s), Host: pick(s, bodies), HostKind: word[eventv1.BodyKind](s),
		SocialFarming: s.often(2),
	}
	if s.often(5) {
		f.HostKnownSince = s.on.AddMonths(-s.IntN(24)).String()
	}
	return f
}

func proposed(p *casework.Path) bool { return p.AgreedOn == 0 && p.StartedOn == 0 }

func unstarted(p *casework.Path) bool {
	return p.StartedOn == 0 && (p.AgreedOn != 0 || p.Kind != eventv1.PathKind_PATH_KIND_TIROCINIO)
}

func started(p *casework.Path) bool { return p.StartedOn != 0 }

func active(p *casework.Path) bool { return p.StartedOn != 0 && p.EndedOn == 0 }

func halted(p *casework.Path) bool { return p.Suspended && p.EndedOn == 0 }

func finished(p *casework.Path) bool { return p.EndedOn != 0 }

func pathAgreementSigned(s *scene) proto.Message {
	id := s.path(proposed)
	return needing(id, &eventv1.PathAgreementSigned{PathId: id, Promoter: "ASFOL"})
}

func pathStarted(s *scene) proto.Message {
	id := s.path(unstarted)
	return needing(id, &eventv1.PathStarted{PathId: id, EndsOn: s.on.AddMonths(3 + s.IntN(6)).String()})
}

func pathExtended(s *scene) proto.Message {
	id := s.path(active)
	return needing(id, &eventv1.PathExtended{PathId: id, EndsOn: s.on.AddMonths(6 + s.IntN(12)).String()})
}

func pathSuspended(s *scene) proto.Message {
	id := s.path(active)
	return needing(id, &eventv1.PathSuspended{PathId: id})
}

func pathResumed(s *scene) proto.Message {
	id := s.path(halted)
	return needing(id, &eventv1.PathResumed{PathId: id})
}

func pathInterrupted(s *scene) proto.Message {
	id := s.path(active)
	return needing(id, &eventv1.PathInterrupted{PathId: id, Reason: word[eventv1.InterruptionReason](s)})
}

func pathAttended(s *scene) proto.Message {
	id := s.path(started)
	return needing(id, &eventv1.PathAttended{PathId: id, Month: s.month(), Minutes: 60 * (1 + int64(s.IntN(80)))})
}

func pathPaid(s *scene) proto.Message {
	id := s.path(started)
	return needing(id, &eventv1.PathPaid{
		PathId: id, Month: s.month(), AmountCents: 40_000,
		Shares: []*eventv1.FundShare{{Fund: eventv1.Fund_FUND_AMBITO, Share: 60}, {Fund: eventv1.Fund_FUND_COMPANY, Share: 40}},
	})
}

func pathConcluded(s *scene) proto.Message {
	id := s.path(active)
	return needing(id, &eventv1.PathConcluded{PathId: id, Outcome: word[eventv1.Outcome](s), Certificate: s.often(6)})
}

func pathFollowedUp(s *scene) proto.Message {
	id := s.path(finished)
	return needing(id, &eventv1.PathFollowedUp{PathId: id, Result: word[eventv1.FollowUpResult](s)})
}

// Dimissioni protette.

const home = eventv1.DischargeLine_DISCHARGE_LINE_HOME

// stay tells whether somebody would record a fact about the discharge.
func (s *scene) stay(sense func(d *casework.Discharge) bool) bool {
	return s.likely(s.c.Discharge != nil && sense(s.c.Discharge))
}

func dischargeReported(s *scene) proto.Message {
	if !s.likely(s.c.Discharge == nil) {
		return nil
	}
	return &eventv1.DischargeReported{
		Line: word[eventv1.DischargeLine](s), Source: word[eventv1.DischargeSource](s),
		ReportedBy: "ASST-LODI", ExpectedOn: s.later(20),
	}
}

func admissibilityAssessed(s *scene) proto.Message {
	if !s.stay(func(d *casework.Discharge) bool { return d.DischargedAt == 0 }) {
		return nil
	}
	return &eventv1.AdmissibilityAssessed{Admissible: s.often(9)}
}

func discharged(s *scene) proto.Message {
	if !s.stay(func(d *casework.Discharge) bool { return d.Admitted && d.DischargedAt == 0 }) {
		return nil
	}
	return &eventv1.Discharged{At: s.moment()}
}

func providerChosen(s *scene) proto.Message {
	if !s.stay(func(d *casework.Discharge) bool { return d.Admitted && d.Line == home }) {
		return nil
	}
	return &eventv1.ProviderChosen{Provider: pick(s, bodies)}
}

func firstAccess(s *scene) proto.Message {
	if !s.stay(func(d *casework.Discharge) bool { return d.DischargedAt != 0 && d.FirstAccessAt == 0 && d.Line == home }) {
		return nil
	}
	return &eventv1.FirstAccess{At: s.moment()}
}

func accessDelivered(s *scene) proto.Message {
	if !s.stay(func(d *casework.Discharge) bool { return d.FirstAccessAt != 0 }) {
		return nil
	}
	return &eventv1.AccessDelivered{Kind: word[eventv1.AccessKind](s), Minutes: 30 + int64(s.IntN(90))}
}

func bedAssigned(s *scene) proto.Message {
	if !s.stay(func(d *casework.Discharge) bool { return d.Admitted && d.Line != home && d.BedEnteredOn == 0 }) {
		return nil
	}
	return &eventv1.BedAssigned{Bed: pick(s, []string{"BED-1", "BED-2", "BED-3"})}
}

func bedEntered(s *scene) proto.Message {
	if !s.stay(func(d *casework.Discharge) bool { return d.Bed != "" && d.BedEnteredOn == 0 }) {
		return nil
	}
	return &eventv1.BedEntered{}
}

func bedLeft(s *scene) proto.Message {
	if !s.stay(func(d *casework.Discharge) bool { return d.BedEnteredOn != 0 && d.BedLeftOn == 0 }) {
		return nil
	}
	return &eventv1.BedLeft{Destination: word[eventv1.HousingStatus](s)}
}

func serviceConcluded(s *scene) proto.Message {
	if !s.stay(func(d *casework.Discharge) bool { return d.DischargedAt != 0 && d.ConcludedOn == 0 }) {
		return nil
	}
	return &eventv1.ServiceConcluded{Outcome: word[eventv1.DischargeOutcome](s)}
}

func sixMonthResult(s *scene) proto.Message {
	if !s.stay(func(d *casework.Discharge) bool {
		return d.DischargedAt != 0 && s.on >= d.DischargedOn.AddMonths(casework.ReadmissionMonths)
	}) {
		return nil
	}
	return &eventv1.SixMonthResult{Result: word[eventv1.Readmission](s)}
}
