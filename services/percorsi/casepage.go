package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	casefilev1 "percorsi/internal/gen/percorsi/casefile/v1"
)

// printCase prints a case as who opens it wants to read it: what it is, what is
// due, who works on it, what was found and what was agreed. --json has it all.
func printCase(w io.Writer, c *casefilev1.Case) error {
	p := &page{w: w}
	p.section("", summaryOf(c))
	p.section("due", dueIn(c))
	p.section("follows from the preliminary analysis", followingOf(c))
	p.section("household", householdOf(c))
	p.section("team", teamOf(c))
	p.section("meetings", meetingsOf(c))
	p.section("referrals", referralsOf(c))
	for _, a := range c.GetAssessments() {
		p.section("assessment "+a.GetAssessmentId(), assessmentOf(a))
	}
	for _, project := range c.GetProjects() {
		p.section("project "+project.GetProjectId(), projectOf(project))
	}
	p.section("supports", supportsOf(c))
	p.section("paths", pathsOf(c))
	p.section("discharge", dischargeOf(c.GetDischarge()))
	p.section("closure", closureOf(c.GetClosure()))
	p.section("evaluations", evaluationsOf(c))
	p.section("parts and their revisions", partsOf(c))
	return p.err
}

// page prints sections of lines whose cells stand in columns. A section without
// lines is left out.
type page struct {
	w   io.Writer
	err error
}

func (p *page) section(title string, lines [][]any) {
	if p.err != nil || len(lines) == 0 {
		return
	}
	indent := ""
	if title != "" {
		_, p.err = fmt.Fprintf(p.w, "\n%s\n", title)
		indent = "  "
	}
	t := newTable(p.w)
	for _, cells := range lines {
		for len(cells) > 1 && cells[len(cells)-1] == "" {
			cells = cells[:len(cells)-1]
		}
		cells[0] = indent + fmt.Sprint(cells[0])
		t.row(cells...)
	}
	if p.err == nil {
		p.err = t.flush()
	}
}

// summaryOf is what the case is and where it stands.
func summaryOf(c *casefilev1.Case) (lines [][]any) {
	row := func(name, value string) {
		if value != "" {
			lines = append(lines, []any{name, value})
		}
	}
	s := c.GetSummary()
	row("case", s.GetCaseId())
	if c.GetStopped() != nil {
		row("STOPPED", fmt.Sprintf("since %s: %s", c.GetStopped().GetSince().AsTime().Format("2006-01-02 15:04:05Z"), c.GetStopped().GetNote()))
	}
	row("pathway", term(s.GetPathway()))
	row("service", term(s.GetService()))
	row("status", statusOf(s))
	row("person", s.GetPersonId())
	row("comune", s.GetComune())
	row("managing body", s.GetManagingBody())
	row("case manager", s.GetCaseManager())
	row("opened", s.GetOpenedOn())
	row("in charge", c.GetTakenInChargeOn())
	row("first meeting", c.GetFirstMeetingOn())
	row("closed", s.GetClosedOn())
	return lines
}

// statusOf is the status, and the stage where that says more.
func statusOf(s *casefilev1.CaseSummary) string {
	status, stage := term(s.GetStatus()), strings.ToLower(inWords(s.GetStage()))
	if stage == "" || stage == status {
		return status
	}
	return status + ", " + stage
}

func dueIn(c *casefilev1.Case) (lines [][]any) {
	for _, k := range c.GetClocks() {
		lines = append(lines, []any{k.GetDueOn(), daysLeft(k.GetDaysLeft()), k.GetName(), k.GetLabel(), k.GetAbout()})
	}
	return lines
}

// daysLeft says how long there is until a clock is due, or how long it has been.
func daysLeft(days int32) string {
	switch {
	case days < 0:
		return fmt.Sprintf("overdue by %d", -days)
	case days == 0:
		return "today"
	case days == 1:
		return "tomorrow"
	default:
		return fmt.Sprintf("in %d days", days)
	}
}

// days names the days that are known, of names and days in turn.
func days(namesAndDays ...string) string {
	var known []string
	for pair := range slices.Chunk(namesAndDays, 2) {
		if pair[1] != "" {
			known = append(known, pair[0]+" "+pair[1])
		}
	}
	return strings.Join(known, ", ")
}

// euro writes an amount of cents.
func euro(cents int64) string { return fmt.Sprintf("%d.%02d euro", cents/100, cents%100) }
