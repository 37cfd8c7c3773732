// Package facttest owns facts made for tests: one of each kind with every
// field filled, and arbitrary ones. It follows the schema, so a new fact or
// field is tested without a word written here. Only tests import it.
//
// Numbers in facts are int64 (or int32, double): 64 bits without a sign are
// not exact in the JSON that readers of facts get, and neither the samples here
// nor what renders a fact know them.
package facttest
