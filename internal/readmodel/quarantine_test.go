package readmodel_test

import (
	"strings"
	"testing"

	"percorsi/internal/fault"
	"percorsi/internal/readmodel"
)

func TestWhoMeetsACaseThatStoppedIsToldWhatToDo(t *testing.T) {
	err := readmodel.Quarantine{Stream: "case.x", At: 42, Reason: "a secret of the machine"}.Err()
	if fault.KindOf(err) != fault.Unavailable || !strings.Contains(err.Error(), "position 42") || !strings.Contains(err.Error(), "administrator") {
		t.Errorf("%v", err)
	}
	if strings.Contains(err.Error(), "secret") {
		t.Errorf("the reason is for the operator: %v", err)
	}
}
