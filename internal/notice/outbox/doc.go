// Package outbox owns the notices that were given: a stream beside the log, which
// people and other systems read.
//
// # Decision: notices are no part of the log
//
// Context. Notices must reach other systems, none lost and none sent twice. In
// the log they would be in every copy and backup, each would cost a place in the
// order of facts, and a rule that changes would change what the log says.
//
// Decision. They have a stream of their own, PZN-<AMBITO>, with subjects
// pzn.<ambito>.<open|sealed>.<kind>. How far the log was gone through is written
// in the same stream, with each message: to send a notice and to note that it
// was sent is one thing. Every batch says behind which message it belongs, and
// the server stores it there or nowhere. So of two notifiers that do the same
// work only one gets through, and one that was killed at any point goes on
// behind what is there. Where few notices are given a mark notes the place.
//
// Cost. A consumer may get a message again from the server: it knows it by
// ce-id, which is derived and never changes. Backups of the log have no notices.
//
// # Form
//
// A message is a CloudEvent 1.0 in binary mode: attributes are headers that begin
// with ce-, the body is percorsi.notice.v1.Notice as JSON with the names of the
// schema.
package outbox
