// Package statetest owns arbitrary states of cases, for tests that ask for the
// same answer whatever the state. The states are well formed, and otherwise
// anything: a project may end before it starts.
package statetest
