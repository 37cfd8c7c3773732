package eventlog

import (
	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"

	"percorsi/internal/eventlog"
	"percorsi/internal/eventlog/wire"
	eventlogv1 "percorsi/internal/gen/percorsi/eventlog/v1"
)

// runBytes is from how many bytes on a run of records is sent. With the largest
// record behind the last small one it stays well under the 4 MiB that a gRPC
// client accepts by default.
const runBytes = 256 << 10

// ReadRecords sends the records between two positions as the log has them.
func (s *Server) ReadRecords(r *eventlogv1.ReadRecordsRequest, stream grpc.ServerStreamingServer[eventlogv1.ReadRecordsResponse]) error {
	ctx := stream.Context()
	after, upTo, err := s.bounds(ctx, r.GetFrom(), r.GetTo())
	if err != nil {
		return err
	}
	out := &run{send: stream.Send}
	for record, err := range s.log.Read(ctx, after, upTo) {
		if err != nil {
			return err
		}
		if err := out.add(record); err != nil {
			return err
		}
	}
	return out.flush()
}

// run gathers records into messages of a good size.
type run struct {
	send    func(*eventlogv1.ReadRecordsResponse) error
	records []*eventlogv1.Record
	bytes   int
}

func (r *run) add(record eventlog.Record) error {
	m := wire.Encode(record)
	r.records = append(r.records, m)
	if r.bytes += proto.Size(m); r.bytes < runBytes {
		return nil
	}
	return r.flush()
}

func (r *run) flush() error {
	if len(r.records) == 0 {
		return nil
	}
	err := r.send(&eventlogv1.ReadRecordsResponse{Records: r.records})
	r.records, r.bytes = nil, 0
	return err
}
