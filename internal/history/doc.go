// Package history owns how facts are shown to people: each with who recorded
// it, for which body, when it was true and when it was known, and with its
// words only for a caller who may read them.
package history
