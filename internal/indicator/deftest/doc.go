// Package deftest runs the tests that stand beside the definitions of a plan:
// these cases and these facts of the plan give this figure. Fixtures are folded
// as cases are and counted as figures are, so a test passes for the reason for
// which a figure is right.
package deftest
