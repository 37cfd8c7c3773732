// Package figures owns the live figures of every plan that was published: a
// board for each (indicator.Board), fed with the states of cases, persons and
// plans as they change. Every backend of the read model counts with it. It
// knows no store and no log: who folds tells it what a fold gave.
//
// # Decision: figures are counted where they are asked for
//
// Context. What a commit changes in the figures takes longer than the fold of
// the commit, and a log that is folded from its start would count every case
// thirty times and show it once.
//
// Decision. Telling a board of a state costs next to nothing. What was told is
// counted by Settle, or else before the next question is answered.
//
// Cost. The first question after a long silence waits for the count.
package figures
