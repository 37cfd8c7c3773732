package embednats

import (
	"errors"
	"fmt"
	"log/slog"
	"sync"
)

// logger hands what the server says on to slog. Everything below a warning is
// about the server's own well-being and is dropped. A fatal message, on which
// the server would end the process if it were its own, is kept for Start.
type logger struct {
	to *slog.Logger

	mu    sync.Mutex
	ended error
}

func (l *logger) Warnf(format string, v ...any) {
	l.to.Warn("warning of the server", slog.String("text", fmt.Sprintf(format, v...)))
}

func (l *logger) Errorf(format string, v ...any) {
	l.to.Error("error of the server", slog.String("text", fmt.Sprintf(format, v...)))
}

func (l *logger) Fatalf(format string, v ...any) {
	l.Errorf(format, v...)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ended = errors.Join(l.ended, fmt.Errorf(format, v...))
}

func (*logger) Noticef(string, ...any) {}
func (*logger) Debugf(string, ...any)  {}
func (*logger) Tracef(string, ...any)  {}

// fatal gives what the server could not live with, nil if it lives.
func (l *logger) fatal() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.ended
}
