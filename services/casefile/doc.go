// Package casefile serves the API that reads cases: one case, lists, the
// history, the work list of clocks, and the facts of a case as they happen.
package casefile
