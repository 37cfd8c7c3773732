// Package embednats owns the NATS server that runs inside the program: one
// node with JetStream on a directory of its own, reached from this process
// only, that answers a write once it is on disk.
//
// # Durability
//
// Read in the source of nats-server 2.15.2, file storage, one replica, with
// SyncAlways:
//
//   - A single message is written and fsynced before it is answered and before
//     any reader can see it (filestore.go, flushPendingMsgsLocked).
//   - An atomic batch is first staged in a small store of its own and fsynced
//     there; then its messages go into the stream and one fsync covers them;
//     only then is the batch answered (stream.go,
//     processJetStreamAtomicBatchMsg, coalesceSync). A server that was killed
//     half way through completes the batch from the staged copy when it
//     starts again (jetstream.go, "Restoring partial batch write").
//   - Between the writing and the fsync of a batch, consumers can see its
//     messages; get requests cannot, they wait for the end of the batch.
//     Package eventlog/jetstream relies on both.
package embednats
