package client

import "percorsi/internal/api"

// Recordings leads from the name of a fact's type to the call that records it.
// Read it once with ReadRecordings.
type Recordings = api.Recordings

// ReadRecordings reads the calls from the description of the API.
func ReadRecordings() (Recordings, error) { return api.ReadRecordings() }
