// Package privacytest holds what every place of keys must do, whoever keeps
// them: a file, or a database that processes share.
package privacytest
