package correction

import (
	"context"

	"percorsi/internal/correction"
	"percorsi/internal/fault"
	casefilev1 "percorsi/internal/gen/percorsi/casefile/v1"
	correctionv1 "percorsi/internal/gen/percorsi/correction/v1"
	"percorsi/internal/recorder"
)

// Server serves CorrectionService.
type Server struct {
	correctionv1.UnimplementedCorrectionServiceServer
	cases  *recorder.Cases
	comuni Comuni
}

// Comuni tells whether an ISTAT code is that of a Comune of the Ambito.
type Comuni interface {
	Has(istat string) bool
}

// NewServer makes the service.
func NewServer(cases *recorder.Cases, comuni Comuni) *Server {
	return &Server{cases: cases, comuni: comuni}
}

// Correct amends or voids facts of one case.
func (s *Server) Correct(ctx context.Context, r *correctionv1.CorrectRequest) (*casefilev1.Recorded, error) {
	for i, c := range r.GetCorrections() {
		opened := c.GetAmend().GetSignalled().GetComune() + c.GetAmend().GetApplied().GetComune()
		if opened != "" && !s.comuni.Has(opened) {
			return nil, correction.Amending(i, fault.Field("fact.comune", "is not the ISTAT code of a Comune of the Ambito"))
		}
	}
	return s.cases.Correct(ctx, r)
}
