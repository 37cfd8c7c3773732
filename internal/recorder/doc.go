// Package recorder owns the way of one command into the log: load the state of
// its stream, see whether the command was recorded before, decide, append with
// an expectation, and decide again if somebody else was faster.
//
// It knows no kind of stream: cases, people and the plan each describe
// themselves with an Aggregate.
package recorder
