package readmodeltest

import (
	"errors"

	"google.golang.org/protobuf/proto"

	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// Opener opens what the people of a test have sealed: nothing is hidden there,
// and the empty seal is that of somebody whose key is gone.
type Opener struct{}

var errErased = errors.New("the key of this person is gone")

// OpenDemographics gives the demographics of a person.
func (Opener) OpenDemographics(_ string, sealed []byte) (*eventv1.Demographics, error) {
	if len(sealed) == 0 {
		return nil, errErased
	}
	d := &eventv1.Demographics{}
	return d, proto.Unmarshal(sealed, d)
}
