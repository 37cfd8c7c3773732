package memory_test

import (
	"testing"

	"percorsi/internal/readmodel"
	"percorsi/internal/readmodel/memory"
	"percorsi/internal/readmodel/readmodeltest"
)

func TestContract(t *testing.T) {
	readmodeltest.Run(t, func(_ *testing.T, n readmodeltest.Needs) readmodel.Model {
		return memory.New(memory.Config{Clocks: n.Clocks, Approvals: n.Approvals, Opener: n.Opener, Today: n.Today, Past: n.Past})
	})
}
