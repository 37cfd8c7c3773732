package main

import (
	"context"
	"errors"
	"time"
)

// office is people who record facts while something is measured, and the
// projector that keeps the tables in step.
type office struct {
	cancel    context.CancelFunc
	recording chan error
	stop      func() error
}

// record records facts at a steady rate until close.
func (o *office) record(ctx context.Context, d *district, to log, perSecond int) {
	ctx, o.cancel = context.WithCancel(ctx)
	o.recording = make(chan error, 1)
	go func() {
		err := everySo(ctx, time.Second/time.Duration(perSecond), func() error {
			_, err := d.live(ctx, to)
			return err
		})
		if errors.Is(err, context.Canceled) {
			err = nil
		}
		o.recording <- err
	}()
}

// everySo does something from time to time until ctx ends, or it fails.
func everySo(ctx context.Context, pause time.Duration, do func() error) error {
	tick := time.NewTicker(pause)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			if err := do(); err != nil {
				return err
			}
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// close ends the recording and the projector.
func (o *office) close() (err error) {
	if o.cancel != nil {
		o.cancel()
		err = <-o.recording
	}
	return firstOf(err, o.stop())
}
