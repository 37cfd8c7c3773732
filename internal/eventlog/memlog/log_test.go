package memlog_test

import (
	"testing"
	"time"

	"percorsi/internal/eventlog/eventlogtest"
	"percorsi/internal/eventlog/memlog"
)

func TestTheLogInMemoryKeepsTheContract(t *testing.T) {
	eventlogtest.Run(t, eventlogtest.Suite{
		Open: func(*testing.T) eventlogtest.Log { return memlog.New(time.Now) },
	})
}
