// Package fault owns the few kinds of error that a caller of Percorsi can
// meet. The domain answers with them; one table in package rpc turns a kind
// into a gRPC code. A fault's message is written for the person who reads it:
// what is wrong and what to do next. It never holds personal data.
package fault
