package outbox

import (
	"fmt"
	"strconv"
	"time"

	"google.golang.org/protobuf/encoding/protojson"

	"percorsi/internal/casework"
	"percorsi/internal/eventlog"
	noticev1 "percorsi/internal/gen/percorsi/notice/v1"
	"percorsi/internal/notice"
)

// The headers of a message: the attributes of CloudEvents 1.0 as its binding for
// NATS names them in binary mode, and one of our own.
const (
	hdrSpec        = "ce-specversion"
	hdrID          = "ce-id"
	hdrSource      = "ce-source"
	hdrType        = "ce-type"
	hdrSubject     = "ce-subject"
	hdrTime        = "ce-time"
	hdrDataType    = "ce-datacontenttype"
	hdrContentType = "content-type" // what other readers of CloudEvents look for
	// hdrPosition is how far the log of facts was gone through.
	hdrPosition = "Pz-Position"
	// hdrClocks is the day up to which everybody was told of clocks.
	hdrClocks = "Pz-Clocks"
)

const (
	specVersion = "1.0"
	contentType = "application/json"
	// Subjects end in one of these and the kind.
	openCases   = "open"
	sealedCases = "sealed"
	// marks is the subject of what is there for notifiers only.
	marks      = "mark"
	clockMarks = "mark.clocks"
)

// Message is one message of an outbox.
type Message struct {
	Number Number
	// Position is how far the log of facts was gone through when it was sent.
	Position casework.Position
	// Notice is nil for a mark.
	Notice *noticev1.Notice
}

// entry makes the message of a notice.
func (o *Outbox) entry(n *noticev1.Notice) (eventlog.Entry, error) {
	data, err := protojson.MarshalOptions{UseProtoNames: true}.Marshal(n)
	if err != nil {
		return eventlog.Entry{}, fmt.Errorf("write the notice %s: %w", n.GetId(), err)
	}
	kind, compartment := notice.Name(n.GetKind()), openCases
	if n.GetSealed() {
		compartment = sealedCases
	}
	return eventlog.Entry{
		Stream: eventlog.Stream(compartment + "." + kind),
		Header: map[string]string{
			hdrSpec:        specVersion,
			hdrID:          n.GetId(),
			hdrSource:      o.source,
			hdrType:        "it.percorsi." + kind + ".v1",
			hdrSubject:     n.GetCaseId(),
			hdrTime:        n.GetAt().AsTime().Format(time.RFC3339Nano),
			hdrDataType:    contentType,
			hdrContentType: contentType,
			hdrPosition:    position(casework.Position(n.GetPosition())),
		},
		Data: data,
	}, nil
}

// mark makes the message that only notes how far the log was gone through, and
// up to which day the clocks, unless that is 0.
func mark(at casework.Position, clocks casework.Day) eventlog.Entry {
	e := eventlog.Entry{Stream: marks, Header: map[string]string{hdrPosition: position(at)}}
	if clocks != 0 {
		e.Stream, e.Header[hdrClocks] = clockMarks, clocks.String()
	}
	return e
}

func position(p casework.Position) string { return strconv.FormatUint(uint64(p), 10) }

// read reads a message. What a newer version of the program added is left out.
func read(r eventlog.Record) (Message, error) {
	at, err := strconv.ParseUint(r.Header[hdrPosition], 10, 64)
	if err != nil {
		return Message{}, fmt.Errorf("read the notice %d: %s: %w", r.Position, hdrPosition, err)
	}
	m := Message{Number: Number(r.Position), Position: casework.Position(at)}
	if r.Stream == marks || r.Stream == clockMarks {
		return m, nil
	}
	m.Notice = &noticev1.Notice{}
	if err := (protojson.UnmarshalOptions{DiscardUnknown: true}).Unmarshal(r.Data, m.Notice); err != nil {
		return Message{}, fmt.Errorf("read the notice %d: %w", r.Position, err)
	}
	return m, nil
}
