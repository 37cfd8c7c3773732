package main

import (
	"strings"
	"testing"

	"percorsi/internal/access"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	"percorsi/services/percorsi/server/servertest"
)

func TestTheCommandLineTellsWhoWasResponsibleOnADay(t *testing.T) {
	dir := t.TempDir()
	r := servertest.Start(t, dir)
	conn := r.As(access.Coordinator, "op.5", operatorBody)
	j := servertest.NewJourney(t, conn)
	j.Do("2025-01-15", &eventv1.Signalled{
		PersonId: servertest.Register(t, conn, "Provaresponsabile"), Pathway: eventv1.Pathway_PATHWAY_GENERALE, Area: eventv1.Area_AREA_POVERTY,
		Service: eventv1.Service_SERVICE_SEVERE_MARGINALITY, Comune: "098031", ManagingBody: operatorBody,
		SignalledByKind: eventv1.BodyKind_BODY_KIND_CITIZEN,
	})
	j.Do("2025-02-01", &eventv1.CaseManagerAssigned{CaseManager: "op.7", Body: operatorBody})
	j.Do("2025-03-01", &eventv1.CaseManagerAssigned{CaseManager: "op.8", Body: operatorBody})
	isShown(t, conn, j.Last.GetPosition())
	for on, want := range map[string]string{
		"":           "2025-03-01  today",
		"2025-01-20": "no case manager",
		"2025-02-28": "op.7",
		"2025-03-01": "op.8",
		"2025-01-14": "nobody was responsible on 2025-01-14",
		"January":    "--on: not a calendar day",
	} {
		args := []string{"case", "responsible", "--data", dir, "--addr", r.Addr(), j.Case}
		if on != "" {
			args = append(args, "--on", on)
		}
		out, err := execute(t, args...)
		if err != nil {
			out = explain(err)
		}
		if !strings.Contains(out, want) {
			t.Errorf("on %q:\n%s\nwant %q", on, out, want)
		}
	}
}
