// Package notifier takes the log into the outbox: it goes through the facts in
// order, and gives the notices that follow from them.
//
// Where to go on is what the outbox says, so a notifier that stops anywhere goes
// on from there. Several may run, on one machine or on many: the outbox lets one
// of them through, and the others stand by until it is silent.
//
// Once a day, after the midnight of the office, people are told of clocks that are
// due soon or overdue.
//
// A notice is made from the case as it was at its fact, folded from the commits
// up to there, however late it is made: two notifiers make the same one. The cases
// that were folded last are kept, so that a notice costs no more where the history
// of its case is long. A case that stopped at a commit which cannot be folded tells
// nobody anything.
package notifier
