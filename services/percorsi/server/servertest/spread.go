package servertest

import (
	"context"
	"strings"
	"sync/atomic"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"percorsi/services/percorsi/server"
)

// spread sends calls to the servers that serve them, as a proxy in front of
// them would.
type spread struct {
	conns map[server.Service][]*grpc.ClientConn
	turn  atomic.Uint64
}

var _ grpc.ClientConnInterface = (*spread)(nil)

func (s *spread) Invoke(ctx context.Context, method string, args, reply any, opts ...grpc.CallOption) error {
	conn, err := s.to(method)
	if err != nil {
		return err
	}
	return conn.Invoke(ctx, method, args, reply, opts...)
}

func (s *spread) NewStream(ctx context.Context, desc *grpc.StreamDesc, method string, opts ...grpc.CallOption) (grpc.ClientStream, error) {
	conn, err := s.to(method)
	if err != nil {
		return nil, err
	}
	return conn.NewStream(ctx, desc, method, opts...)
}

// to gives whose turn it is. The method of a service is written
// /percorsi.service.v1.Service/Method.
func (s *spread) to(method string) (*grpc.ClientConn, error) {
	service, _, _ := strings.Cut(strings.TrimPrefix(method, "/percorsi."), ".")
	by := server.Service(service)
	switch service {
	case "projection": // what is asked about the read model, its projector answers
		by = server.Projector
	case "notice": // and who gives notices shows them
		by = server.Notifier
	}
	conns := s.conns[by]
	if len(conns) == 0 {
		return nil, status.Errorf(codes.Unimplemented, "no server of the group serves %s", method)
	}
	return conns[s.turn.Add(1)%uint64(len(conns))], nil
}
