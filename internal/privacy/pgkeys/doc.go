// Package pgkeys keeps the keys of several processes in PostgreSQL: it is the
// shared place behind privacy.Vault. The schema is percorsi_keys, in a
// database that may be another one than that of the read models, and better
// is: backups of keys and of what they open belong apart.
//
// # Who has the database alone opens nothing
//
// Every key and every secret is wrapped with a master key (AES-256-GCM, bound
// to the person or the name, so that rows cannot be exchanged). The master
// key lies in no database but in a file of each machine, master.key, that only
// its owner can read. The first process makes the file and the secrets; on
// every other machine an operator puts a copy. A process without the file, or
// with another one, is refused: it could only do damage. The file is as
// precious as all keys: it needs a backup of its own.
//
// # What a process knows
//
// It has all keys in memory, wrapped, about 0.1 KB a person, and asks the
// database for one that it does not have. So a key that another process made
// is there at once. Triggers tell every process of new keys, which it fetches,
// and of destroyed ones, which it forgets, also of those that somebody deleted
// by hand. Once the connection on which it hears this was lost, a process
// reads everything again. A connection that died without a word is noticed
// within 20 seconds. While the database cannot be reached, a process goes on
// with the keys it has, and answers Unavailable for others.
//
// Destroyed keys stay in the database's own logs and backups for as long as
// those are kept, wrapped.
//
// Listening needs a connection of its own: reach the server directly, or
// through a pooler that keeps sessions.
//
// # Decision: no key is asked for at each use
//
// Context. A case page opens some fifty values, a fold of the log a million.
// A question to the database takes 0.2 ms.
//
// Decision. Keys are kept in memory and the database says which to forget.
//
// Cost. For a moment after a person was erased, another process can still read
// what it is just reading; if the database cannot be reached, for as long as
// that lasts. Where this is too long, that process is stopped.
package pgkeys
