// Package facttest owns facts made for tests: one of each kind with every
// field filled, and arbitrary ones. It follows the schema, so a new fact or
// field is tested without a word written here. Only tests import it.
package facttest
