package projection

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"

	"percorsi/internal/readmodel"
)

func TestAWorkDoesNotWaitForWhoIsSlow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		free := make(chan struct{})
		var told []uint64
		got, err := carry(t.Context(),
			func(p readmodel.Progressing) error {
				told = append(told, p.Done)
				<-free
				return nil
			},
			func(_ context.Context, report func(readmodel.Progressing)) (string, error) {
				report(readmodel.Progressing{Done: 1})
				synctest.Wait() // the first is on its way
				for done := range uint64(10_000) {
					report(readmodel.Progressing{Done: done})
				}
				close(free)
				synctest.Wait()
				return "done", nil
			})
		if got != "done" || err != nil {
			t.Errorf("%q, %v", got, err)
		}
		if !slices.Equal(told, []uint64{1, 9_999}) {
			t.Errorf("told %v, want the first and the newest", told)
		}
	})
}

func TestAWorkIsCancelledWhenNobodyCanBeToldAnyMore(t *testing.T) {
	lost := errors.New("the caller is gone")
	_, err := carry(t.Context(),
		func(readmodel.Progressing) error { return lost },
		func(ctx context.Context, report func(readmodel.Progressing)) (struct{}, error) {
			report(readmodel.Progressing{})
			<-ctx.Done()
			return struct{}{}, ctx.Err()
		})
	if !errors.Is(err, lost) {
		t.Errorf("%v", err)
	}
}

func TestAWorkThatFailsGivesItsError(t *testing.T) {
	failed := errors.New("the disk is full")
	_, err := carry(t.Context(),
		func(readmodel.Progressing) error { return nil },
		func(context.Context, func(readmodel.Progressing)) (struct{}, error) { return struct{}{}, failed })
	if !errors.Is(err, failed) {
		t.Errorf("%v", err)
	}
}
