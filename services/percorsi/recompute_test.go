package main_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
)

// This file computes ten figures again from `percorsi log export`, by the
// words of their definitions and with none of the program's own code: lines
// are maps, days are texts.

// told is what the export tells of one case that the ten figures need.
type told struct {
	pathway, person, line                   string
	opened, inCharge, closed, outcome       string
	decision                                string
	assigned                                bool
	projects                                map[string]*toldProject
	discharged, dischargedAt, firstAccessAt string
	bedEntered, concluded, dischargeOutcome string
	sixMonths                               string
	paths                                   map[string]*toldPath
}

type toldProject struct {
	measure, signed string
	signers         map[string]bool
}

type toldPath struct {
	kind, ended string
	certificate bool
	interrupted bool
}

// retell reads an export.
func retell(t *testing.T, export []byte) map[string]*told {
	t.Helper()
	cases := map[string]*told{}
	lines := bufio.NewScanner(bytes.NewReader(export))
	lines.Buffer(nil, 1<<22)
	for lines.Scan() {
		var l struct {
			Stream, Type string
			CommandID    string `json:"command_id"`
			OccurredOn   string `json:"occurred_on"`
			Data         map[string]any
		}
		if err := json.Unmarshal(lines.Bytes(), &l); err != nil {
			t.Fatal(err)
		}
		id, ok := strings.CutPrefix(l.Stream, "case.")
		if !ok {
			continue
		}
		if cases[id] == nil {
			cases[id] = &told{projects: map[string]*toldProject{}, paths: map[string]*toldPath{}}
		}
		cases[id].hear(l.Type, l.OccurredOn, l.Data)
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return cases
}

func (c *told) hear(kind, on string, data map[string]any) {
	text := func(name string) string { s, _ := data[name].(string); return s }
	yes := func(name string) bool { b, _ := data[name].(bool); return b }
	switch kind {
	case "signalled":
		c.pathway, c.person, c.opened = text("pathway"), text("person_id"), on
	case "applied":
		c.pathway, c.person, c.opened = "PATHWAY_ADI", text("person_id"), on
	case "measure_decided":
		c.decision = text("decision")
	case "case_manager_assigned":
		c.assigned = true
	case "taken_in_charge":
		c.inCharge = on
	case "refused":
		c.closed = on
	case "closed":
		c.closed, c.outcome = on, text("outcome")
	case "reopened":
		c.closed, c.outcome = "", ""
	case "project_drafted":
		c.projects[text("project_id")] = &toldProject{measure: text("measure"), signers: map[string]bool{}}
	case "project_signed":
		p := c.projects[text("project_id")]
		p.signers[text("signer")] = true
		if p.signed == "" && p.signers["SIGNER_BENEFICIARY"] && len(p.signers) > 1 {
			p.signed = on
		}
	case "project_revised":
		c.projects[text("project_id")].signers = map[string]bool{}
	case "discharge_reported":
		c.line = text("line")
	case "discharged":
		c.discharged, c.dischargedAt = on, text("at")
	case "first_access":
		c.firstAccessAt = text("at")
	case "bed_entered":
		c.bedEntered = on
	case "service_concluded":
		c.concluded, c.dischargeOutcome = on, text("outcome")
	case "six_month_result":
		c.sixMonths = text("result")
	case "path_proposed":
		c.paths[text("path_id")] = &toldPath{kind: text("kind")}
	case "path_interrupted":
		p := c.paths[text("path_id")]
		p.ended, p.interrupted = on, true
	case "path_concluded":
		p := c.paths[text("path_id")]
		p.ended, p.certificate = on, yes("certificate")
	}
}

// recount is a numerator, a denominator and the unknown.
type recount struct{ num, den, unknown int64 }

func (r *recount) add(hit bool) {
	r.den++
	if hit {
		r.num++
	}
}

// recompute counts the ten figures over days from and to, both included, as
// they stand on the day asOf.
func recompute(cases map[string]*told, from, to, asOf string) map[string]recount {
	within := func(day string) bool { return day != "" && from <= day && day <= to }
	during := func(start, end string) bool { return start != "" && start <= to && (end == "" || end >= from) }
	out := map[string]*recount{}
	of := func(id string) *recount {
		if out[id] == nil {
			out[id] = &recount{}
		}
		return out[id]
	}
	persons := map[string]bool{}
	for _, c := range cases {
		switch c.pathway {
		case "PATHWAY_ADI":
			if within(c.opened) && c.decision != "MEASURE_DECISION_REJECTED" {
				of("A1.OUT.1").add(c.assigned)
			}
			if during(c.inCharge, c.closed) {
				of("A1.PRO.1").add(c.signed("MEASURE_PAIS", func(day string) bool { return day <= to }))
			}
		case "PATHWAY_SELF":
			if during(c.inCharge, c.closed) {
				persons[c.person] = true
			}
			if c.inCharge != "" && within(c.closed) {
				of("H1.IMP.1").add(c.outcome == "OUTCOME_POSITIVE")
			}
			for _, p := range c.paths {
				if p.kind == "PATH_KIND_TRAINING" && !p.interrupted && within(p.ended) {
					of("H1.IMP.2").add(p.certificate)
				}
			}
		case "PATHWAY_DISCHARGE":
			c.recountDischarge(of, within, asOf)
		}
	}
	of("H1.OUT.1").num = int64(len(persons))
	flat := map[string]recount{}
	for id, r := range out {
		flat[id] = *r
	}
	return flat
}

func (c *told) signed(measure string, on func(string) bool) bool {
	for _, p := range c.projects {
		if p.measure == measure && p.signed != "" && on(p.signed) {
			return true
		}
	}
	return false
}

func (c *told) recountDischarge(of func(string) *recount, within func(string) bool, asOf string) {
	if c.line == "DISCHARGE_LINE_HOMELESS" {
		if within(c.bedEntered) {
			of("A2.OUT.1").num++
			of("A2.IMP.1").add(c.dischargeOutcome == "DISCHARGE_OUTCOME_AUTONOMY")
		}
		return
	}
	for _, p := range c.projects {
		if p.measure == "MEASURE_PAI" && within(p.signed) {
			of("DE3.OUT.2").num++
		}
	}
	if !within(c.discharged) {
		return
	}
	switch {
	case c.firstAccessAt != "":
		of("DE3.PRO.2").add(moment(c.firstAccessAt).Sub(moment(c.dischargedAt)) <= 72*time.Hour)
	case asOf > day(c.discharged).AddDate(0, 0, 3).Format(time.DateOnly):
		of("DE3.PRO.2").unknown++
	}
	due := sixMonthsAfter(c.discharged)
	inside := c.concluded != "" && c.concluded <= due
	died := c.sixMonths == "READMISSION_DECEASED" || c.dischargeOutcome == "DISCHARGE_OUTCOME_DECEASED" && inside
	if c.firstAccessAt == "" || due > asOf || died {
		return
	}
	switch {
	case c.sixMonths == "READMISSION_NOT_READMITTED":
		of("DE3.IMP.1").add(true)
	case c.sixMonths == "READMISSION_READMITTED", c.dischargeOutcome == "DISCHARGE_OUTCOME_READMITTED" && inside:
		of("DE3.IMP.1").add(false)
	default:
		of("DE3.IMP.1").unknown++
	}
}

func day(s string) time.Time {
	d, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(fmt.Sprintf("the export has a day that is none: %v", err))
	}
	return d
}

func moment(s string) time.Time {
	m, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		panic(fmt.Sprintf("the export has a moment that is none: %v", err))
	}
	return m
}

// sixMonthsAfter gives the same day six months later, or the last one of the
// month.
func sixMonthsAfter(s string) string {
	d := day(s)
	for cut := 0; ; cut++ {
		later := time.Date(d.Year(), d.Month()+6, d.Day()-cut, 0, 0, 0, 0, time.UTC)
		if int(later.Month()) == (int(d.Month())+6-1)%12+1 {
			return later.Format(time.DateOnly)
		}
	}
}
