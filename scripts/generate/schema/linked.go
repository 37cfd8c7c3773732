package schema

import (
	// Brings buf/validate/validate.proto: generated Go code carries the
	// descriptor it was made from, pinned by go.mod like any other code.
	_ "buf.build/gen/go/bufbuild/protovalidate/protocolbuffers/go/buf/validate"
	"github.com/bufbuild/protocompile"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoregistry"
)

// linkedIn resolves an import from the descriptors of the Go packages this
// program is linked with. To make another third-party proto importable, import
// its Go package above.
//
// It answers with the plain descriptor message rather than the linked one, so
// that the file is linked again, against the same descriptor.proto as the rest.
func linkedIn(path string) (protocompile.SearchResult, error) {
	file, err := protoregistry.GlobalFiles.FindFileByPath(path)
	if err != nil {
		return protocompile.SearchResult{}, err
	}
	return protocompile.SearchResult{Proto: protodesc.ToFileDescriptorProto(file)}, nil
}
