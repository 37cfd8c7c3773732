// Package presence owns who is at work on which case at this moment.
//
// # Decision: it is nowhere but in memory
//
// Context. Colleagues want to see that somebody is at work on a case, and on
// which part. Kept for longer it would be a record of who looked at whom, which
// nobody asked for and somebody would have to protect.
//
// Decision. A process knows of its own callers by their open streams, and tells
// the other processes: everybody it has on a case, whenever that changes and
// every two seconds. What was not said again for six seconds is forgotten. It is
// carried by messages that are not kept, under subjects that the log does not
// have; it is in no log of processes and no metric.
//
// Cost. Somebody whose process died is seen for up to eight seconds more, and
// while processes cannot reach each other each knows only its own.
package presence
