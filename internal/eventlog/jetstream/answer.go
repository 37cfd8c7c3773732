package jetstream

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/nats-io/nats.go"

	"percorsi/internal/eventlog"
)

// Codes of the JetStream API that the log tells apart.
const (
	codeWrongLastSequence         = 10071 // names the sequence that was found
	codeWrongLastSequenceConstant = 10164 // another write to the subject is under way
	codeMessageTooLarge           = 10054
	codeHeaderTooLarge            = 10097
	codeNoMessage                 = 10037
)

// apiError is an error as the JetStream API spells it.
type apiError struct {
	ErrCode     int    `json:"err_code"`
	Description string `json:"description"`
}

// answer is what the server says to a publish.
type answer struct {
	Sequence uint64    `json:"seq"`
	Batch    string    `json:"batch"`
	Count    int       `json:"count"`
	Error    *apiError `json:"error"`
}

// refusal turns an error of the API into one of the log. The server has stored
// nothing in any of these cases.
func refusal(e apiError) error {
	switch e.ErrCode {
	case codeWrongLastSequence, codeWrongLastSequenceConstant:
		return eventlog.ErrConflict
	case codeMessageTooLarge, codeHeaderTooLarge:
		return eventlog.ErrTooLarge
	case codeNoMessage:
		return eventlog.ErrNotFound
	default:
		return fmt.Errorf("%w: %s (%d)", eventlog.ErrUnavailable, e.Description, e.ErrCode)
	}
}

// accepted reads the reply to a publish. err is what the client library said
// while it sent the message or waited. An error is one of refusal's, or
// eventlog.ErrUnknownOutcome.
func accepted(reply *nats.Msg, err error) (answer, error) {
	var a answer
	if err != nil {
		return a, unanswered(err)
	}
	if err := json.Unmarshal(reply.Data, &a); err != nil {
		return a, fmt.Errorf("%w: the reply cannot be read: %w", eventlog.ErrUnknownOutcome, err)
	}
	if a.Error != nil {
		return a, refusal(*a.Error)
	}
	if a.Sequence == 0 {
		return a, fmt.Errorf("%w: the reply names no position", eventlog.ErrUnknownOutcome)
	}
	return a, nil
}

// unanswered says what the lack of a reply means: only a message that surely
// never reached a stream is surely not stored.
func unanswered(err error) error {
	switch {
	case errors.Is(err, nats.ErrMaxPayload):
		return eventlog.ErrTooLarge
	case errors.Is(err, nats.ErrNoResponders), errors.Is(err, nats.ErrReconnectBufExceeded):
		return fmt.Errorf("%w: %w", eventlog.ErrUnavailable, err)
	default:
		return fmt.Errorf("%w: %w", eventlog.ErrUnknownOutcome, err)
	}
}

// unreachable is the error of a question, as opposed to a publish, that got no
// answer. An ended context speaks for itself.
func unreachable(ctx context.Context, err error) error {
	if ended := ctx.Err(); ended != nil {
		return ended
	}
	return fmt.Errorf("%w: %w", eventlog.ErrUnavailable, err)
}
