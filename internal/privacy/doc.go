// Package privacy owns what makes a person unreadable: the keys, one for each
// person, under which words and identities are sealed before they reach the
// log, and the secrets behind pseudonyms, search keys and digests.
//
// A [Vault] seals and opens with them. They lie in a [Place], apart from the
// log and from every read model: in a [File], for one process, or in a
// database, for several (package pgkeys). Whoever has the keys and the log
// reads everything; whoever has only one of them reads nothing. So a place is
// for its owner alone, and is backed up apart from the log. Lost keys cannot
// be made again: new ones give other ids to the same people and open nothing.
// So whoever opens a place says whether there must be one.
//
// A person whose key is gone is erased: the log stays whole and says nothing
// about that person any more. A backup that still has the key undoes that.
//
// # The form of a sealed value
//
// One byte says the version, 1. Then come a random nonce (12 bytes), the
// ciphertext (as long as the plain bytes) and the tag (16 bytes) of
// AES-256-GCM under the key of the person. Version, person and purpose are
// authenticated, so a sealed value opens only for the person and the purpose
// it was made for. No message in protobuf form starts with the byte 1, so
// what was not sealed is told apart by [CheckSealed].
package privacy
