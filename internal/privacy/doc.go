// Package privacy owns what makes a person unreadable: the keys, one for each
// person, under which words and identities are sealed before they reach the
// log, and the secrets behind pseudonyms, search keys and digests.
//
// A [Vault] keeps both in one file, apart from the log and from every read
// model. Whoever has the file and the log reads everything; whoever has only
// one of them reads nothing. So the file is for its owner alone (the vault
// refuses to open otherwise) and is backed up apart from the log. A lost file
// cannot be made again: a new one gives other ids to the same people and
// opens nothing. [Vault.Created] tells a new file from an old one.
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
