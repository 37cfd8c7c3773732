package readmodel_test

import (
	"errors"
	"testing"

	"percorsi/internal/casework/casetest"
	"percorsi/internal/eventlog"
	"percorsi/internal/fact"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	"percorsi/internal/readmodel"
)

func TestARecordThatCannotBeReadIsDeliveredWithTheReason(t *testing.T) {
	c := casetest.Story(1, eventv1.Pathway_PATHWAY_ADI)[0]
	data, err := fact.Encode(c)
	if err != nil {
		t.Fatal(err)
	}
	good := readmodel.Decode(eventlog.Record{Position: 1, Stream: eventlog.Stream(c.GetStream()), Data: data})
	if good.Err != nil || good.Commit.GetCommandId() != c.GetCommandId() || good.Record.Position != 1 {
		t.Errorf("a good record: %+v", good)
	}
	newer := append(append([]byte(nil), data...), 0xfa, 0x3f, 0x01, 'x') // field 1023
	for name, r := range map[string]eventlog.Record{
		"no commit":                {Position: 2, Stream: eventlog.Stream(c.GetStream()), Data: []byte{0xff}},
		"another stream":           {Position: 2, Stream: "case.other", Data: data},
		"of a version that is new": {Position: 2, Stream: eventlog.Stream(c.GetStream()), Data: newer},
	} {
		d := readmodel.Decode(r)
		if d.Err == nil || d.Commit != nil || d.Record.Position != 2 {
			t.Errorf("%s: %+v", name, d)
		}
	}
	if d := readmodel.Decode(eventlog.Record{Stream: eventlog.Stream(c.GetStream()), Data: newer}); !errors.Is(d.Err, fact.ErrUnknown) {
		t.Errorf("what is too new is not told apart: %v", d.Err)
	}
}

func TestAStreamNamesItsKindAndItsID(t *testing.T) {
	for stream, want := range map[eventlog.Stream][2]string{
		"case.0190a1b2":       {"case", "0190a1b2"},
		"plan.LODI-2025-2027": {"plan", "LODI-2025-2027"},
		"person.a.b":          {"person", "a.b"},
		"something-else":      {"something-else", ""},
	} {
		if kind, id := readmodel.Split(stream); kind != want[0] || id != want[1] {
			t.Errorf("%s: %q, %q", stream, kind, id)
		}
	}
}
