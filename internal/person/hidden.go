package person

import "log/slog"

// The methods below keep codes out of logs and of errors that format them by
// mistake. An unexported field that holds a code is not protected: fmt does
// not call methods there.

const hidden = " (hidden)"

// String hides the code; string(c) opens it.
func (c CodiceFiscale) String() string { return "codice fiscale" + hidden }

// LogValue hides the code from slog.
func (c CodiceFiscale) LogValue() slog.Value { return slog.StringValue(c.String()) }

// String hides the code; string(c) opens it.
func (c TemporaryCode) String() string { return "temporary code" + hidden }

// LogValue hides the code from slog.
func (c TemporaryCode) LogValue() slog.Value { return slog.StringValue(c.String()) }

// String hides the code; string(c) opens it.
func (c STP) String() string { return "STP" + hidden }

// LogValue hides the code from slog.
func (c STP) LogValue() slog.Value { return slog.StringValue(c.String()) }

// String hides the code; string(c) opens it.
func (c ENI) String() string { return "ENI" + hidden }

// LogValue hides the code from slog.
func (c ENI) LogValue() slog.Value { return slog.StringValue(c.String()) }

// String gives the kind and hides the code; Value opens it.
func (i Identifier) String() string { return i.Kind.String() + hidden }

// LogValue hides the code from slog.
func (i Identifier) LogValue() slog.Value { return slog.StringValue(i.String()) }
