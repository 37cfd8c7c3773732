// Package person serves the API of the people that cases are about. What
// identifies somebody is sealed here, before it reaches the log, and opened
// here, for a caller who may see it.
package person
