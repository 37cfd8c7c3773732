// Package fact owns the bytes of the log: how a commit is written, how it is
// read back, and what its facts are called. Every reader of the log goes
// through [Decode], so all of them see the newest shape of a fact, and none
// passes over something it does not know.
//
// The bytes of every shape ever shipped are kept in testdata and must decode
// for ever. Only [Encode] makes such bytes: what it takes, Decode takes.
//
// A kind of fact is its number in the oneof of [eventv1.Fact] and the name of
// the field there, such as 25 and first_meeting_held. Both are read from the
// schema; there is no list of them to keep.
package fact
