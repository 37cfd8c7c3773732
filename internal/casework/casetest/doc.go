// Package casetest owns random histories of cases for tests and benchmarks.
// Every commit of a history was accepted by casework.Decide, in order; the same
// seed gives the same commits. Only tests import it.
package casetest
