//go:build unix

package postgres

import (
	"os/exec"
	"syscall"
)

// detach keeps the signals of a terminal, and of whoever kills a whole group
// of processes, from the keeper: it is the one that cleans up.
func detach(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
}
