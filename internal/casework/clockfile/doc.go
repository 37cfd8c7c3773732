// Package clockfile owns the file form of the rules of clocks: a YAML list,
// one mapping a rule. It refuses what it does not know, with the line, so that
// a misspelt fact cannot leave a clock without its stop.
//
// The keys of a rule:
//
//	name         such as T120; required
//	label        what is due, in short words; required
//	source       the law or the section of the plan; required
//	note         how certain the rule is and what the sources leave open; required
//	cases        which cases have it: pathways, services, lines (lists of words
//	             of the event schema without their prefix, such as ADI or HOME),
//	             opened_from, opened_to (days); what is left out does not narrow
//	each         member or project, where every one of them has a clock
//	obligations  narrows each: member to members with one of them
//	from         the day of the case it starts on: pad_signed_on,
//	             transmitted_on, expected_on or next_monitoring; or else
//	start        the facts that start it, or start it anew
//	reset        the facts that start it anew while it runs
//	stop         the facts that end it
//	exempt       the facts after which there is none
//	length       one of hours, days, months (whole numbers) and until (a day of
//	             the case, as in from); required
//	survives     true where it also runs on a case that has ended
//	valid_from   first and last day on which a count may start; the side that
//	valid_to     is left out is open
//
// A fact is named as in the event schema (first_meeting_held); some have a mark
// by which the timeline tells them apart (summons_missed/justified,
// measure_decided/revoked).
package clockfile
