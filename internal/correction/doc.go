// Package correction owns which facts of a stream stand. A log forgets nothing:
// a fact that was wrong is amended or voided by another one, and both stay. What
// a fold sees is the fact as it should have been, in the place where the wrong
// one lies, so that a state is the one that a record without the error would
// have given. It owns too how a command that corrects is decided, as far as all
// streams agree; what else each of them asks for is with the case, the person and
// the plan.
//
// A fact is named by the command that recorded it and its place in that
// command's commit, never by position: whoever sends a command knows its id
// before the server does, and a log that was restored has the same names.
package correction
