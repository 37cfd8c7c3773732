// Package casefile serves the API that reads cases: one case, lists, the
// history, the work list of clocks, also while it changes, the facts of a case as
// they happen, and who has it open.
package casefile
