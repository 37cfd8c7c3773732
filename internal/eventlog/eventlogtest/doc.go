// Package eventlogtest owns the contract of a log, as one suite of tests that
// every implementation runs.
package eventlogtest
