package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"unicode/utf8"
)

// progressLine shows how far something is: on a terminal in one line that is
// written over and over, elsewhere in a line for each phase. That nobody may be
// there to read it is no reason to stop, so its errors are dropped.
type progressLine struct {
	w        io.Writer
	terminal bool
	phase    string
	width    int // of what stands in the line now
}

func newLine(w io.Writer) *progressLine {
	return &progressLine{w: w, terminal: isTerminal(w)}
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	about, err := f.Stat()
	return err == nil && about.Mode()&os.ModeCharDevice != 0
}

func (l *progressLine) show(phase, text string) {
	if l.terminal {
		width := utf8.RuneCountInString(text)
		_, _ = fmt.Fprint(l.w, "\r", text, strings.Repeat(" ", max(l.width-width, 0)))
		l.width = width
	} else if phase != l.phase {
		_, _ = fmt.Fprintln(l.w, text)
	}
	l.phase = phase
}

// clear leaves the line empty for what comes after.
func (l *progressLine) clear() {
	if l.width > 0 {
		_, _ = fmt.Fprint(l.w, "\r", strings.Repeat(" ", l.width), "\r")
		l.width = 0
	}
}
