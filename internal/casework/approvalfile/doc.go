// Package approvalfile owns the file form of approvals: a YAML list of rules that
// ask for one. It refuses what it does not know, with the line, and what does not
// hold together, with the name of the rule.
//
// The keys of a rule:
//
//	name        such as UVM; required, once
//	of          what is approved: ASSESSMENT, PROJECT or CLOSURE; required
//	forms       the forms of the assessments (UVM, ...); of assessments only
//	measures    the measures of the projects (PAIS, ...); of projects only
//	pathways    the cases that it is asked of, by pathway (ADI, ...),
//	services    by service (PROTECTED_DISCHARGE, ...)
//	bodies      and by the code of the body that manages them
//	valid_from  first and last day on which what is concluded or proposed, or a
//	valid_to    version of a project begun, must be approved; the side that is left
//	            out is open
//	source      the law, plan or regulation; required
//	note        how certain this is; required
//
// A list that is left out is no condition.
package approvalfile
