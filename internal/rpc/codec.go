package rpc

import (
	"bytes"
	"strings"

	"google.golang.org/grpc/encoding"
	_ "google.golang.org/grpc/encoding/proto" // registers the codec that is wrapped
	"google.golang.org/grpc/mem"
	"google.golang.org/protobuf/proto"
)

// codec is the codec of gRPC, except that bytes which are no message of the
// API do not end the call at once: gRPC would answer INTERNAL, as if it were
// to blame, before any layer runs. They arrive as an empty message with a
// mark, which the check of requests refuses.
type codec struct{ encoding.CodecV2 }

func newCodec() codec { return codec{encoding.GetCodecV2("proto")} }

// damage stands where unknown fields stand and is none: it can never come out
// of a message that was decoded.
var damage = []byte{0x80}

// Unmarshal decodes a message, or marks it as damaged.
func (c codec) Unmarshal(data mem.BufferSlice, into any) error {
	err := c.CodecV2.Unmarshal(data, into)
	m, ok := into.(proto.Message)
	if err == nil || !ok || !strings.HasPrefix(string(m.ProtoReflect().Descriptor().FullName()), apiPrefix) {
		return err
	}
	proto.Reset(m)
	m.ProtoReflect().SetUnknown(damage)
	return nil
}

// isDamage tells the mark from unknown fields and from none.
func isDamage(unknown []byte) bool { return bytes.Equal(unknown, damage) }
