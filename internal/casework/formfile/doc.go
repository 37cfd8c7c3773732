// Package formfile owns the file form of forms and scales: two YAML lists. It
// refuses what it does not know, with the line, and what does not hold together,
// with the name of the form or scale.
//
// The keys of a form:
//
//	form        the kind of form, a word of the event schema without its prefix,
//	            such as ANALYSIS_FRAMEWORK; required
//	version     such as DM-72-2024; required, once for each form
//	domains     the domains that it has (DAILY_LIVING, ...); required
//	required    those without which it cannot be concluded
//	valid_from  first and last day on which it may be begun; the side that is
//	valid_to    left out is open
//	source      the law or the section of the plan; required
//	note        how certain this is; required
//
// The keys of a scale:
//
//	id          such as BARTHEL; required
//	version     the year of its publication; required
//	title       its name in short; required
//	domains     what it measures; required
//	items       a list of code and values, the scores that an answer may have:
//	            [0, 5, 10]; without items only the score is recorded
//	least, most bounds of the score; those of items follow from the values and
//	            are left out
//	source      the paper; required
//	note        how certain this is; required
package formfile
