// Package jetstream owns the log in NATS JetStream: one stream of the server
// for the whole log, one subject for each stream of decisions.
//
// # Decision: group commit, and when
//
// Context. A server that syncs before it answers takes about 0.3 ms for one
// guarded message, however many are in flight, because it syncs each by
// itself. An atomic batch costs it about 5 ms before the first message (a
// staging store of its own is made, synced and removed) and little for each
// further one.
//
// Decision. A few appends at a time go out alone, each on its caller's own
// goroutine. What arrives meanwhile waits. As soon as as many wait as a batch
// is worth, they leave together, and everything else waits for that batch.
// There is no timer: an idle log answers at once, a busy one gathers by being
// busy. If a batch is refused, nothing of it was stored, and each of its
// entries goes out alone, so that only the guilty one meets the conflict.
// Entries of one stream never share a batch, because the server judges all
// expectations of a batch against the time before it.
//
// Cost. One conflict costs its whole batch the time of the batch. Numbers are
// in group.go.
//
// # Decision: positions of a batch
//
// The server answers a batch with the sequence of its last message and their
// number. With one replica the messages are stored in one go by the stream's
// only writer (stream.go, processJetStreamAtomicBatchMsg); with more, they are
// one proposal to the Raft group and are applied in one go (ProposeMulti). So
// the entry i of n has the position last-n+1+i. The tests read every record
// back and compare.
//
// # Decision: nothing is seen before it is on disk
//
// A consumer can deliver messages of a batch that is not synced yet, and a
// power failure could take them back after a read model has them. Get requests
// wait for the end of a batch. So a reader that meets a record of a batch
// beyond what it knows to be safe first asks for the last position, and goes
// on when the answer has arrived. Records outside of a batch are synced before
// any consumer sees them.
//
// # Decision: how a lost log comes back
//
// Context. The server numbers and stamps what it stores. A restored log must
// have the positions and times it had, or every copy, figure and proof made
// from it would be of another log.
//
// Decision. Restore writes onto an empty stream only, so that the numbers come
// out the same, in atomic batches of which the first message names the last
// position before it. The first time of a record travels in a header of our
// own, Log-Stored-At, which callers cannot set and readers take for StoredAt.
// Until the last record is there the stream is marked in its metadata: Open
// refuses it, and Restore knows that it may go on. Whatever prefix a killed
// restore has left, the next one compares it with its copy, record by record.
//
// Cost. About 45 bytes more for each restored record.
package jetstream
