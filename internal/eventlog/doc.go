// Package eventlog owns the shape of the log: one ordered, gapless sequence of
// records, each of which belongs to one stream (a case, a person, a plan). It
// knows bytes and headers only; what they mean is the business of its callers.
//
// The rules that every log keeps, proved by the suite in eventlogtest:
//
//   - An append names the last position of its stream that the caller knows.
//     If the stream has moved on, nothing is stored and the caller gets a
//     *Conflict. There is no append without an expectation.
//   - An answered append is stored for good. An append that ends in
//     ErrUnknownOutcome may or may not be stored; its caller finds out by
//     repeating the command, which is idempotent by its id.
//   - Positions start at 1 and have no holes. A reader that would have to skip
//     a position stops with a *Gap instead.
//   - Nothing is ever changed or deleted.
//
// Package jetstream keeps the log in NATS JetStream, package memlog in memory.
package eventlog
