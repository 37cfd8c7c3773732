package server_test

import (
	"testing"

	"percorsi/services/percorsi/server/servertest"
)

func TestMain(m *testing.M) { servertest.Main(m) }
