// Package sample owns the fictional district of Lodi: the people, the bodies
// and the stories that `percorsi sample` and `make run` play, so that a machine
// without data has figures to look at.
//
// A story is made up first, whole and without a server: a pure script of
// commands, drawn from one random source that belongs to the story alone. Then
// it is played through the public gRPC API and nothing else; the revisions that
// commands state and the pseudonyms of people come from the answers. So the
// same seed gives the same facts, however many stories are played at a time,
// and a script ends where its last day is reached: what would happen later is
// not recorded. Played again it changes nothing, since each command gets its
// first answer; played to a later day it only adds what happened since.
//
// Nobody in it exists. Names, streets, telephone numbers and notes are
// inventions that look like inventions; Words lists them for tests that prove
// that none of them reaches a copy of the log.
package sample
