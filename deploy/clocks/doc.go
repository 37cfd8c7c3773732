// Package clocks owns the data file of the clocks: the deadlines of the law and
// of the Piano di Zona 2025-2027, each with its source, its days of validity
// and how certain it is. Package casework/clockfile reads it and documents its
// keys; package casework counts.
//
// Nothing here is legal advice. A clock only alerts. When a source changes, end
// the rule with valid_to and add another one under the same name: counts that
// began before keep the rule they began under.
package clocks
