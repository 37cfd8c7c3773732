package wire_test

import (
	"errors"
	"testing"

	"google.golang.org/protobuf/proto"

	"percorsi/internal/eventlog"
	"percorsi/internal/eventlog/eventlogtest"
	"percorsi/internal/eventlog/wire"
	eventlogv1 "percorsi/internal/gen/percorsi/eventlog/v1"
)

func TestARecordComesBackFromItsMessage(t *testing.T) {
	want := eventlogtest.Records(500)
	var got []eventlog.Record
	for _, r := range want {
		data, err := proto.Marshal(wire.Encode(r))
		if err != nil {
			t.Fatal(err)
		}
		m := &eventlogv1.Record{}
		if err := proto.Unmarshal(data, m); err != nil {
			t.Fatal(err)
		}
		back, err := wire.Decode(m)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, back)
	}
	if diff := eventlogtest.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestAMessageThatNoLogGaveIsRefused(t *testing.T) {
	if _, err := wire.Decode(&eventlogv1.Record{Stream: "case.1"}); err == nil {
		t.Error("a record without a position was taken")
	}
	if _, err := wire.Decode(&eventlogv1.Record{Position: 1, Stream: "case.*"}); !errors.Is(err, eventlog.ErrInvalidStream) {
		t.Errorf("a record of every stream: %v", err)
	}
}
