// Package person owns the rules of identity: which codes a person may be
// known by, when such a code is well formed, what it says about the person,
// the forms of a name under which it can be found again, and the register of
// the Comuni. It is pure: no clock, no storage, no keys. Whoever derives ids
// or blind indexes hashes what [Identifier.Canonical], [Normalise] and
// [Phonetic] give with a key of their own.
//
// Stored hashes are made from those three forms. A change to any of them
// means hashing every person again, so golden tests hold them still.
//
// It owns the record of a person too: what was registered, what changed, what was
// said of two registrations, and what was corrected of all that. A record does not
// keep the facts it comes of, so a correction folds it again from its commits.
//
// A code is personal data. No error of this package repeats its input, and the
// types of the codes hide their value from fmt and slog; a conversion to
// string opens it.
package person
