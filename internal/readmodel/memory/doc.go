// Package memory owns a read model that lives in memory: it is folded from the
// log at the start and follows it from there. Stopped early, it is the log as
// it was known at an earlier moment.
//
// # Decision: readers take a snapshot, the fold goes on
//
// Context. A list of 100,000 cases is walked in milliseconds, a fold takes
// microseconds, and neither may wait for the other. An answer must be that of
// one position.
//
// Decision. States of cases are immutable. The lists of them are trees and
// tables that copy what they change once a reader has taken a snapshot, and
// only then: without readers nothing is copied, with readers a fold copies a
// few kilobytes. A snapshot is taken under a short lock and kept until the
// next commit.
//
// Cost. A snapshot that is held for long keeps the states of its time.
//
// # Decision: clocks and figures are counted when they are asked for
//
// Context. What a commit changes in the clocks of a case and in the figures
// takes longer than the fold. A log that is folded from its start would do it
// thirty times for each case and show it once.
//
// Decision. A commit marks its case. What is marked is counted by Settle, once
// the log has been caught up with, and before a question about clocks or
// figures is answered.
//
// # Decision: rights are asked once, not for every row of every page
//
// Context. How many rows there are is part of every page, so each page would
// ask access.Sees for every case.
//
// Decision. A caller gets a set of the cases that he or she sees. It is kept,
// and brought up to date for the cases that have changed since. The rule
// itself stays in package access.
package memory
