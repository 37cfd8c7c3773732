// Package person serves the API of the people that cases are about. What
// identifies somebody is sealed here, before it reaches the log, and opened
// here, for a caller who may see it. So is what takes the place of something that was
// wrong: it comes in plain words, never as a fact.
package person
