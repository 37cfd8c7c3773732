package rpc

import (
	"testing"

	"google.golang.org/protobuf/proto"

	casefilev1 "percorsi/internal/gen/percorsi/casefile/v1"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	intakev1 "percorsi/internal/gen/percorsi/intake/v1"
	projectv1 "percorsi/internal/gen/percorsi/project/v1"
)

const anyID = "0190a1b2-7c3d-7e4f-8a5b-6c7d8e9f0a1b"

// BenchmarkCheck measures what the shape of a request costs.
func BenchmarkCheck(b *testing.B) {
	r, err := requestsOfTheProgram()
	if err != nil {
		b.Fatal(err)
	}
	command := &casefilev1.Command{CommandId: anyID, CaseId: anyID, Revision: 7, OccurredOn: "2025-03-31"}
	for name, request := range map[string]proto.Message{
		"signal": &intakev1.SignalRequest{Command: command, Fact: &eventv1.Signalled{
			PersonId: anyID, Pathway: 1, Area: 1, Service: 2, Comune: "098031", ManagingBody: "ACSI", SignalledBy: "SERD",
			SignalledByKind: 2, Needs: []eventv1.Need{1, 2},
			Note: &eventv1.Text{Form: &eventv1.Text_Plain{Plain: "Looks for work since the winter."}},
		}},
		"contact":    &intakev1.AttemptContactRequest{Command: command, Fact: &eventv1.ContactAttempted{Channel: 1, Reached: true}},
		"attendance": &projectv1.RecordAttendanceRequest{Command: command, Fact: &eventv1.PathAttended{PathId: anyID, Month: "2025-03", Minutes: 4800}},
		"get":        &casefilev1.GetCaseRequest{CaseId: anyID},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := r.check(request); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(name+"/unknown-fields-only", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := r.shapes.unknown(request.ProtoReflect()); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
