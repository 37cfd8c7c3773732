package casework

import (
	"slices"
	"strings"

	"percorsi/internal/correction"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// Approvable is what somebody may have to approve.
type Approvable string

// What may have to be approved.
const (
	ApprovableAssessment Approvable = "ASSESSMENT"
	ApprovableProject    Approvable = "PROJECT"
	ApprovableClosure    Approvable = "CLOSURE"
)

// ApprovalRule asks for the approval of what it describes. A list that is empty
// is no condition.
type ApprovalRule struct {
	// Name is such as UVM.
	Name string
	Of   Approvable
	// Forms of the assessments, Measures of the projects.
	Forms    []eventv1.Form
	Measures []eventv1.Measure
	// Pathways, Services and Bodies of the cases; a body is the one that manages
	// the case.
	Pathways []eventv1.Pathway
	Services []eventv1.Service
	Bodies   []string
	// ValidFrom and ValidTo are the first and the last day on which what is
	// concluded or proposed, or a version of a project begun, must be approved;
	// zero is open.
	ValidFrom, ValidTo Day
	// Source is the law, plan or regulation that asks; Note says how certain it is.
	Source, Note string
}

// Approvals is every approval that is asked for. The first rule that fits counts.
type Approvals []ApprovalRule

// of gives the rule that asks for an approval on a day; nil where none does.
func (l Approvals) of(what Approvable, c *Case, on Day, more func(*ApprovalRule) bool) *ApprovalRule {
	for i := range l {
		r := &l[i]
		if r.Of == what && r.fits(c) && (r.ValidFrom == 0 || on >= r.ValidFrom) && (r.ValidTo == 0 || on <= r.ValidTo) && more(r) {
			return r
		}
	}
	return nil
}

func (r *ApprovalRule) fits(c *Case) bool {
	return among(r.Pathways, c.Pathway) && among(r.Services, c.Service) && among(r.Bodies, c.ManagingBody)
}

// among tells whether a list holds a value, or is no condition.
func among[T comparable](list []T, v T) bool { return len(list) == 0 || slices.Contains(list, v) }

// OfAssessment gives the rule that asks for the approval of an assessment of a
// case: one that is valid on the day of its conclusion, or of its beginning
// while it is open. It is nil where none asks.
func (l Approvals) OfAssessment(c *Case, a *Assessment) *ApprovalRule {
	on := a.ConcludedOn
	if on == 0 {
		on = a.OpenedOn
	}
	return l.of(ApprovableAssessment, c, on, func(r *ApprovalRule) bool { return among(r.Forms, a.Form) })
}

// OfProject gives the rule that asks for the approval of the version of a project
// that began on a day; nil where none does.
func (l Approvals) OfProject(c *Case, p *Project, since Day) *ApprovalRule {
	return l.of(ApprovableProject, c, since, func(r *ApprovalRule) bool { return among(r.Measures, p.Measure) })
}

// OfClosure gives the rule that asks for the approval of a closure on a day; nil
// where none does.
func (l Approvals) OfClosure(c *Case, on Day) *ApprovalRule {
	return l.of(ApprovableClosure, c, on, func(*ApprovalRule) bool { return true })
}

// counts says that something may rest on an assessment: it is approved, or no
// rule asks for that. There may be none.
func (l Approvals) counts(c *Case, a *Assessment) error {
	if a == nil || a.Approval.On != 0 {
		return nil
	}
	r := l.OfAssessment(c, a)
	if r == nil {
		return nil
	}
	return notNow("%s asks that a colleague approve the assessment of %s first: have it approved", r.Source, a.ConcludedOn)
}

// Approval is how far the approval of an assessment, a version of a project or a
// closure is.
type Approval struct {
	// On is the day it was approved and By the pseudonym of who did; zero unless
	// the approval stands.
	On Day
	By string
	// SentBackOn is the day it was last sent back, by whom and why; zero once it
	// is approved. The reason is sealed.
	SentBackOn Day
	SentBackBy string
	Reason     *eventv1.Text
	// LapsedOn is the day of the correction or change of something in it since
	// which an approval that was given does not stand; zero once it is approved
	// again, or openly worked on.
	LapsedOn Day
	// Authors is everybody who wrote any of it since it was last approved, or of
	// what is approved. A review does not make them forget: only what was
	// approved and is changed again has new authors.
	Authors []string
}

func (a *Approval) wrote(user string) { a.Authors = involve(a.Authors, user) }

// give approves.
func (a *Approval) give(w when) { *a = Approval{On: w.on, By: w.user, Authors: a.Authors} }

// sendBack notes that somebody did not approve.
func (a *Approval) sendBack(w when, reason *eventv1.Text) {
	a.SentBackOn, a.SentBackBy, a.Reason = w.on, w.user, reason
	a.LapsedOn = 0
}

// workAgain notes that somebody openly works again on what may have been approved:
// what comes has authors of its own.
func (a *Approval) workAgain() {
	if a.On != 0 {
		a.Authors = nil
	}
	a.On, a.By, a.LapsedOn = 0, "", 0
}

// lapse notes that something in it was corrected or changed: who approved it had
// seen something else.
func (a *Approval) lapse(on Day) {
	if a.On != 0 {
		a.On, a.By, a.LapsedOn = 0, "", max(on, a.On)
	}
}

// byColleague says that somebody wrote nothing of what they approve, such as
// "the assessment".
func (a *Approval) byColleague(w when, what string) error {
	if slices.Contains(a.Authors, w.user) {
		return notNow("who wrote any of %s cannot approve it: ask a colleague", what)
	}
	return nil
}

// why says that who sends something back says why.
func why(reason *eventv1.Text) error {
	if reason == nil {
		return invalid("reason", "has no words: who wrote it reads what to change")
	}
	return nil
}

// Awaiting is something of a case that waits for its approval.
type Awaiting struct {
	Of Approvable
	// ID of the assessment or project; empty for the closure.
	ID string
	// Since is the day it was concluded, submitted or proposed, or on which its
	// approval lapsed.
	Since Day
	// Authors is everybody who wrote any of it, and so does not approve it.
	Authors []string
}

// Awaiting gives what waits for its approval: the closure that was proposed; and in
// an open case the projects that were submitted, and the assessments that were
// concluded and for which a rule asks, or that were sent back before, or whose
// approval has lapsed.
func (c *Case) Awaiting(rules Approvals) []Awaiting {
	var out []Awaiting
	if c.Status == Voided {
		return nil
	}
	for _, a := range c.Assessments {
		if !c.ended() && a.waits(c, rules) {
			out = append(out, Awaiting{Of: ApprovableAssessment, ID: a.ID, Since: max(a.ConcludedOn, a.Approval.LapsedOn), Authors: a.Approval.Authors})
		}
	}
	for _, p := range c.Projects {
		if !c.ended() && p.ConcludedOn == 0 && p.waits() {
			out = append(out, Awaiting{Of: ApprovableProject, ID: p.ID, Since: max(p.SubmittedOn, p.Approval.LapsedOn), Authors: p.Approval.Authors})
		}
	}
	if p := c.Closure; p != nil && p.waits() {
		out = append(out, Awaiting{Of: ApprovableClosure, Since: max(p.ProposedOn, p.Approval.LapsedOn), Authors: p.Approval.Authors})
	}
	return out
}

func (a *Assessment) waits(c *Case, rules Approvals) bool {
	if a.ConcludedOn == 0 || a.Approval.On != 0 {
		return false
	}
	return a.Approval.LapsedOn != 0 || a.Approval.SentBackOn != 0 || rules.OfAssessment(c, a) != nil
}

// ApprovedWith gives the part with which a fact is approved: the assessment, the
// project or the closure that it is written into. It is empty for what nobody
// approves, and for an approval itself.
func ApprovedWith(f *eventv1.Fact) Part {
	r, err := ruleOf(f)
	if err != nil {
		return ""
	}
	return r.over
}

// lapse makes the approvals fall of what a fact is written into, when a correction
// of it is recorded; e is the correction, and who corrects is an author. Who would
// approve now what waits must have seen the correction, so its part gets the
// revision of it.
func (c *Case) lapse(e *correction.Entry) {
	on, user := day(e.Recorded.GetOccurredOn()), e.Commit.GetActor().GetUser()
	corrected := func(a *Approval) {
		a.lapse(on)
		a.wrote(user)
	}
	for _, f := range versionsOf(e.Root(), e.At) {
		over, waits := ApprovedWith(f), false
		kind, id, _ := strings.Cut(string(over), "/")
		switch kind {
		case "assessment":
			c.editAssessment(id, func(a *Assessment) {
				corrected(&a.Approval)
				waits = a.ConcludedOn != 0
			})
		case "project":
			c.editProject(id, func(p *Project) {
				corrected(&p.Approval)
				waits = p.SubmittedOn != 0
			})
		case string(PartClosure):
			c.editClosure(func(p *Closure) {
				corrected(&p.Approval)
				waits = true
			})
		}
		if waits {
			c.Parts = c.withRevision(over, max(c.Revision(over), Revision(e.At)))
		}
	}
}
