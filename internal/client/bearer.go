package client

import (
	"context"

	"google.golang.org/grpc/credentials"
)

// Bearer sends a token with every call. The transport may be plain on the
// machine's own loopback; across machines it belongs behind TLS.
type Bearer string

var _ credentials.PerRPCCredentials = Bearer("")

// GetRequestMetadata gives the header that carries the token.
func (b Bearer) GetRequestMetadata(context.Context, ...string) (map[string]string, error) {
	return map[string]string{"authorization": "Bearer " + string(b)}, nil
}

// RequireTransportSecurity lets a token travel over loopback in the clear.
func (Bearer) RequireTransportSecurity() bool { return false }
