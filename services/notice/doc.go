// Package notice serves the API of notices: what concerns a caller, newest
// first, and as it is given.
//
// The notices themselves stay in the outbox. Each process that serves them goes
// through it once, and keeps for whom each of them is: a few bytes a notice.
package notice
