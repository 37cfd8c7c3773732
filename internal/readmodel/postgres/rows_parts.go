package postgres

import (
	"slices"

	"percorsi/internal/casework"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

var teamTable = &table{name: "team_members", keys: 2, columns: []column{
	{"case_id", aUUID},
	{"member_id", aText},
	{"user_id", aText},
	{"profession", aText},
	{"body", aText},
	{"role", aText},
	{"from_on", aDay},
	{"to_on", aDay},
}}

func teamRow(c *casework.Case, m *casework.TeamMember) row {
	return rowOf(id16(c.ID), m.ID, m.User, word(m.Profession), m.Body, word(m.Role), date(m.From), date(m.To))
}

var meetingTable = &table{name: "meetings", keys: 2, columns: []column{
	{"case_id", aUUID},
	{"meeting_id", aText},
	{"team", aText},
	{"called_on", aDay},
	{"for_day", aDay},
	{"held_on", aDay},
	{"cancelled", aBool},
	{"expected", aList},
	{"present", aList},
	{"expected_present", aPlace},
	{"bodies", aList},
	{"bodies_present", aList},
	{"follow_ups", aPlace},
	{"follow_ups_open", aPlace},
}}

func meetingRow(c *casework.Case, m *casework.Meeting) row {
	var open int32
	for _, f := range m.FollowUps {
		if f.Result == 0 {
			open++
		}
	}
	return rowOf(
		id16(c.ID), m.ID, word(m.Team), date(m.CalledOn), date(m.ForDay), date(m.HeldOn), m.Cancelled,
		words(m.Expected), words(m.Present), int32(m.ExpectedPresent), list(m.Bodies),
		list(m.BodiesPresent), int32(len(m.FollowUps)), open,
	)
}

var assessmentTable = &table{name: "assessments", keys: 2, columns: []column{
	{"case_id", aUUID},
	{"assessment_id", aText},
	{"form", aText},
	{"form_version", aText},
	{"opened_on", aDay},
	{"result", aText},
	{"concluded_on", aDay},
	{"approved_on", aDay},
	{"domains", aList},
	{"authors", aPlace},
	{"sent_back_on", aDay},
}}

func assessmentRow(c *casework.Case, a *casework.Assessment) row {
	domains := make([]string, 0, len(a.Domains))
	for _, d := range a.Domains { // several scales may measure one
		if name := word(d.Domain); !slices.Contains(domains, name) {
			domains = append(domains, name)
		}
	}
	return rowOf(
		id16(c.ID), a.ID, word(a.Form), a.FormVersion, date(a.OpenedOn), word(a.Result),
		date(a.ConcludedOn), date(a.ApprovedOn), domains, int32(len(a.Approval.Authors)), date(a.Approval.SentBackOn),
	)
}

var projectTable = &table{name: "projects", keys: 2, columns: []column{
	{"case_id", aUUID},
	{"project_id", aText},
	{"measure", aText},
	{"version", aPlace},
	{"drafted_on", aDay},
	{"starts_on", aDay},
	{"ends_on", aDay},
	{"signed_on", aDay},
	{"refused_on", aDay},
	{"goals", aPlace},
	{"goals_reached", aPlace},
	{"commitments", aPlace},
	{"commitments_kept", aPlace},
	{"budget_cents", aNumber},
	{"monitored", aPlace},
	{"concluded_on", aDay},
	{"outcome", aText},
	{"refusals", aPlace},
	{"next_monitoring_on", aDay},
	{"submitted_on", aDay},
	{"approved_on", aDay},
}}

func projectRow(c *casework.Case, p *casework.Project) row {
	var reached, kept int32
	for _, g := range p.Goals {
		if g.ReachedOn != 0 {
			reached++
		}
	}
	for _, m := range p.Commitments {
		if m.Activation == eventv1.Activation_ACTIVATION_KEPT {
			kept++
		}
	}
	var cents int64
	for _, b := range p.Budget {
		cents += b.Cents
	}
	return rowOf(
		id16(c.ID), p.ID, word(p.Measure), p.Version, date(p.DraftedOn), date(p.StartsOn), date(p.EndsOn),
		date(p.SignedOn), date(p.RefusedOn), int32(len(p.Goals)), reached, int32(len(p.Commitments)), kept,
		cents, int32(len(p.Monitored)), date(p.ConcludedOn), word(p.Outcome), int32(p.Refusals()), date(p.NextMonitoring()),
		date(p.SubmittedOn), date(p.ApprovedOn),
	)
}

var supportTable = &table{name: "supports", keys: 2, columns: []column{
	{"case_id", aUUID},
	{"support_id", aText},
	{"project_id", aText},
	{"kind", aText},
	{"provider", aText},
	{"unit", aText},
	{"fund", aText},
	{"quantity", aNumber},
	{"delivered", aNumber},
	{"arranged_on", aDay},
	{"started_on", aDay},
	{"stopped_on", aDay},
	{"outcome", aText},
}}

func supportRow(c *casework.Case, s *casework.Support) row {
	var delivered int64
	for _, d := range s.Deliveries {
		delivered += d.Quantity
	}
	return rowOf(
		id16(c.ID), s.ID, s.Project, word(s.Kind), s.Provider, word(s.Unit), word(s.Fund), s.Quantity, delivered,
		date(s.ArrangedOn), date(s.StartedOn), date(s.StoppedOn), word(s.Outcome),
	)
}

var pathTable = &table{name: "paths", keys: 2, columns: []column{
	{"case_id", aUUID},
	{"path_id", aText},
	{"kind", aText},
	{"host", aText},
	{"host_kind", aText},
	{"social_farming", aBool},
	{"proposed_on", aDay},
	{"agreed_on", aDay},
	{"started_on", aDay},
	{"ends_on", aDay},
	{"suspended", aBool},
	{"ended_on", aDay},
	{"interrupted", aBool},
	{"outcome", aText},
	{"certificate", aBool},
	{"follow_up", aText},
	{"attended_minutes", aNumber},
	{"paid_cents", aNumber},
}}

func pathRow(c *casework.Case, p *casework.Path) row {
	var paid int64
	for _, m := range p.Payments {
		paid += m.Cents
	}
	return rowOf(
		id16(c.ID), p.ID, word(p.Kind), p.Host, word(p.HostKind), p.SocialFarming, date(p.ProposedOn), date(p.AgreedOn),
		date(p.StartedOn), date(p.EndsOn), p.Suspended, date(p.EndedOn), p.Interrupted, word(p.Outcome), p.Certificate,
		word(p.FollowUp), p.Minutes, paid,
	)
}

var referralTable = &table{name: "referrals", keys: 2, columns: []column{
	{"case_id", aUUID},
	{"referral_id", aText},
	{"kind", aText},
	{"to_body", aText},
	{"answer", aText},
	{"sent_on", aDay},
	{"answer_on", aDay},
	{"refusal", aText},
}}

func referralRow(c *casework.Case, r *casework.Referral) row {
	return rowOf(id16(c.ID), r.ID, word(r.Kind), r.ToBody, word(r.Answer), date(r.SentOn), date(r.AnswerOn), word(r.Refusal))
}

var tenureTable = &table{name: "case_tenures", keys: 2, columns: []column{
	{"case_id", aUUID},
	{"nth", aPlace},
	{"managing_body", aText},
	{"case_manager", aText},
	{"case_manager_body", aText},
	{"from_on", aDay},
	{"to_on", aDay},
}}

// tenureRow gives the row of the nth tenure of a case.
func tenureRow(c *casework.Case, nth int, t casework.Tenure) row {
	return rowOf(id16(c.ID), int32(nth), t.Body, t.Manager, t.ManagedBy, date(t.From), date(t.To))
}

var dischargeTable = &table{name: "discharges", keys: 1, columns: []column{
	{"case_id", aUUID},
	{"line", aText},
	{"source", aText},
	{"reported_by", aText},
	{"reported_on", aDay},
	{"expected_on", aDay},
	{"admitted", aBool},
	{"admitted_on", aDay},
	{"discharged_at", aMoment},
	{"discharged_on", aDay},
	{"first_access_at", aMoment},
	{"first_access_on", aDay},
	{"provider", aText},
	{"provider_on", aDay},
	{"home_care_minutes", aNumber},
	{"nursing_minutes", aNumber},
	{"bed", aText},
	{"bed_assigned_on", aDay},
	{"bed_entered_on", aDay},
	{"bed_left_on", aDay},
	{"destination", aText},
	{"concluded_on", aDay},
	{"outcome", aText},
	{"six_month", aText},
	{"six_month_on", aDay},
}}

func dischargeRow(c *casework.Case, d *casework.Discharge) row {
	return rowOf(
		id16(c.ID), word(d.Line), word(d.Source), d.ReportedBy, date(d.ReportedOn), date(d.ExpectedOn), d.Admitted,
		date(d.AdmittedOn), moment(d.DischargedAt), date(d.DischargedOn), moment(d.FirstAccessAt), date(d.FirstAccessOn),
		d.Provider, date(d.ProviderOn), d.HomeCareMinutes, d.NursingMinutes, d.Bed, date(d.BedAssignedOn),
		date(d.BedEnteredOn), date(d.BedLeftOn), word(d.Destination), date(d.ConcludedOn), word(d.Outcome),
		word(d.SixMonth), date(d.SixMonthOn),
	)
}
