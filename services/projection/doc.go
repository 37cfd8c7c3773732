// Package projection serves the API of the read model: where it stands, and,
// for one that is kept in PostgreSQL, how it is built anew, compared with the
// log and mended.
package projection
