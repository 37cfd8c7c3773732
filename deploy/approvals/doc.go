// Package approvals owns the data file of what a colleague must approve before it
// counts, each rule with its source and how certain it is. Package
// casework/approvalfile reads it and documents its keys; package casework asks for
// what it says.
//
// An Ambito whose regulation asks for more adds rules; one that asks for nothing
// leaves an empty list. Whatever it says, anybody may have an assessment, a
// project or a closure approved, and nobody approves what they wrote.
package approvals
