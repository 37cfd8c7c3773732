package main

import (
	"strings"
	"testing"

	"percorsi/internal/access"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	"percorsi/services/percorsi/server/servertest"
)

func TestTheCommandLineShowsWhatTwoVersionsOfAProjectSayDifferently(t *testing.T) {
	dir := t.TempDir()
	r := servertest.Start(t, dir)
	conn := r.As(access.Coordinator, "op.5", operatorBody)
	j := servertest.NewJourney(t, conn)
	j.Do("2025-01-15", &eventv1.Signalled{
		PersonId: servertest.Register(t, conn, "Provaversioni"), Pathway: eventv1.Pathway_PATHWAY_GENERALE, Area: eventv1.Area_AREA_POVERTY,
		Service: eventv1.Service_SERVICE_SEVERE_MARGINALITY, Comune: "098031", ManagingBody: operatorBody,
		SignalledByKind: eventv1.BodyKind_BODY_KIND_CITIZEN,
	})
	j.Do("2025-02-01", &eventv1.TakenInCharge{})
	project := j.Do("2025-02-02", &eventv1.ProjectDrafted{Measure: eventv1.Measure_MEASURE_GENERALE, StartsOn: "2025-02-02", EndsOn: "2025-12-31"})
	goal := j.Do("2025-02-02", &eventv1.GoalSet{ProjectId: project, General: true, DueOn: "2025-06-30"})
	j.Do("2025-03-01", &eventv1.ProjectRevised{ProjectId: project, EndsOn: "2026-06-30"})
	j.Do("2025-04-01", &eventv1.GoalReached{ProjectId: project, GoalId: goal})
	added := j.Do("2025-04-01", &eventv1.GoalSet{ProjectId: project, General: true})
	isShown(t, conn, j.Last.GetPosition())
	for _, tc := range []struct {
		name  string
		named []string
		want  []string
	}{
		{"the newest two", nil, []string{
			"version 1, from 2025-02-02", "version 2, from 2025-03-01", "op.5", "not yet",
			"term, ends on 2025-12-31 2026-06-30", "goal " + goal + ", reached on - 2025-04-01", "goal " + added + " - there",
		}},
		{"one and the same", []string{"1", "1"}, []string{"nothing differs"}},
		{"one that is not there", []string{"1", "3"}, []string{"the newest is 2"}},
		{"a half", []string{"1"}, []string{"give two versions"}},
		{"no number", []string{"1", "last"}, []string{"last is no version"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			args := append([]string{"case", "versions", "--data", dir, "--addr", r.Addr(), j.Case, project}, tc.named...)
			out, err := execute(t, args...)
			if err != nil {
				out = explain(err)
			}
			shown := strings.Join(strings.Fields(out), " ")
			for _, want := range tc.want {
				if !strings.Contains(shown, want) {
					t.Errorf("want %q:\n%s", want, out)
				}
			}
		})
	}
}
