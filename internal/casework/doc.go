// Package casework owns the case: its state, which facts a command may add to
// it (Decide), how a fact changes it (Evolve), and the clocks that run on it.
//
// Everything here is pure: no context, no clock, no input or output. A Case is
// a value that never changes; Evolve answers with a new one that shares what
// did not change, so readers and writers hold the same states without locks.
package casework
