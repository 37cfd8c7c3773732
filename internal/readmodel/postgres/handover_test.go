package postgres

import (
	"testing"

	"percorsi/internal/casework"
)

// batches puts batches that end at positions, each after the one before.
func batches(h *handover, ends ...casework.Position) {
	for i, end := range ends[1:] {
		h.put(&handed{after: ends[i], upTo: end})
	}
}

func TestWhatWaitsIsTakenFromWhereTheFigureStand(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		at, want casework.Position
		covers   bool
	}{
		"what comes next":           {10, 20, true},
		"in the middle of a batch":  {15, 20, true},
		"what was read is left out": {20, 30, true},
		"all was read":              {40, 0, true},
		"something lies in between": {9, 0, false},
	} {
		var h handover
		batches(&h, 10, 20, 30, 40)
		if got := h.covers(tt.at, 40); got != tt.covers {
			t.Errorf("%s: covered is %v", name, got)
		}
		b := h.after(tt.at)
		if got := upTo(b); got != tt.want {
			t.Errorf("%s: to %d, want %d", name, got, tt.want)
		}
	}
}

func TestNothingIsTakenBeforeTheRowsWereLookedAt(t *testing.T) {
	t.Parallel()
	var h handover
	batches(&h, 0, 10)
	h.breakOff()
	batches(&h, 10, 20)
	if b := h.after(10); b != nil || h.covers(10, 20) {
		t.Errorf("to %d, by another writer", upTo(b))
	}
	h.mend()
	if b := h.after(10); upTo(b) != 20 {
		t.Errorf("to %d, want 20", upTo(b))
	}
}

func TestWhoIsFarBehindReads(t *testing.T) {
	t.Parallel()
	var h handover
	for i := range casework.Position(2 * handedBatches) {
		batches(&h, i, i+1)
	}
	if len(h.batches) != handedBatches {
		t.Errorf("%d batches wait", len(h.batches))
	}
	if b := h.after(0); b != nil || h.covers(0, 2*handedBatches) {
		t.Errorf("to %d, over what was dropped", upTo(b))
	}
	if b := h.after(handedBatches); upTo(b) != handedBatches+1 {
		t.Errorf("to %d, want %d", upTo(b), handedBatches+1)
	}
}

func upTo(b *handed) casework.Position {
	if b == nil {
		return 0
	}
	return b.upTo
}
