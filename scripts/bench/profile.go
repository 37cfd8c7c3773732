package main

import (
	"fmt"
	"os"
	"runtime"
	"runtime/pprof"
)

// profile is a CPU profile of what is measured, in the file that BENCH_PROFILE
// names; nothing without that name.
type profile struct{ file *os.File }

// begin begins it, once what is to be measured is ready. Beginning again does
// nothing.
func (p *profile) begin() error {
	name := os.Getenv("BENCH_PROFILE")
	if name == "" || p.file != nil {
		return nil
	}
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	p.file = f
	return pprof.StartCPUProfile(f)
}

func (p *profile) end() error {
	if p.file == nil {
		return nil
	}
	pprof.StopCPUProfile()
	return p.file.Close()
}

// machine tells one machine from another.
func machine() string {
	return fmt.Sprintf("%d cores, %s/%s, %s", runtime.NumCPU(), runtime.GOOS, runtime.GOARCH, runtime.Version())
}
