package codegen

import (
	"bytes"
	"context"
	"fmt"
	"os/exec"

	"github.com/bufbuild/protocompile/protoutil"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/pluginpb"
)

// Plugin is a code generator that speaks protoc's protocol: it reads a request
// on its standard input and writes the answer on its standard output.
type Plugin struct {
	Command []string // program and arguments
	Options string   // as protoc takes them after --NAME_opt
}

// Generate has every plugin generate code for the files, and gives all of it
// as one tree. Paths are as the plugins answer them, with slashes. Two plugins
// that write the same path are an error.
func Generate(ctx context.Context, plugins []Plugin, files []protoreflect.FileDescriptor) (Tree, error) {
	tree := Tree{}
	for _, plugin := range plugins {
		answer, err := plugin.run(ctx, request(plugin.Options, files))
		if err != nil {
			return nil, fmt.Errorf("%v: %w", plugin.Command, err)
		}
		for _, file := range answer.GetFile() {
			if _, ok := tree[file.GetName()]; ok {
				return nil, fmt.Errorf("%v: %s is generated twice", plugin.Command, file.GetName())
			}
			tree[file.GetName()] = []byte(file.GetContent())
		}
	}
	return tree, nil
}

func (p Plugin) run(ctx context.Context, ask *pluginpb.CodeGeneratorRequest) (*pluginpb.CodeGeneratorResponse, error) {
	// The same schema has to give the same bytes, whoever generates.
	input, err := proto.MarshalOptions{Deterministic: true}.Marshal(ask)
	if err != nil {
		return nil, fmt.Errorf("marshal request: %w", err)
	}
	cmd := exec.CommandContext(ctx, p.Command[0], p.Command[1:]...)
	var output, complaint bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(input), &output, &complaint
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("%w: %s", err, bytes.TrimSpace(complaint.Bytes()))
	}
	var answer pluginpb.CodeGeneratorResponse
	if err := proto.Unmarshal(output.Bytes(), &answer); err != nil {
		return nil, fmt.Errorf("unmarshal answer: %w", err)
	}
	if answer.Error != nil {
		return nil, fmt.Errorf("refused: %s", answer.GetError())
	}
	return &answer, nil
}

// request asks for code for the files, and brings along what they import.
func request(options string, files []protoreflect.FileDescriptor) *pluginpb.CodeGeneratorRequest {
	ask := &pluginpb.CodeGeneratorRequest{Parameter: &options}
	seen := map[string]bool{}
	for _, file := range files {
		ask.FileToGenerate = append(ask.FileToGenerate, file.Path())
		ask.ProtoFile = appendWithImports(ask.GetProtoFile(), file, seen)
	}
	return ask
}

// appendWithImports puts every file after those it imports, as the protocol
// demands.
func appendWithImports(
	list []*descriptorpb.FileDescriptorProto, file protoreflect.FileDescriptor, seen map[string]bool,
) []*descriptorpb.FileDescriptorProto {
	if seen[file.Path()] {
		return list
	}
	seen[file.Path()] = true
	for i := range file.Imports().Len() {
		list = appendWithImports(list, file.Imports().Get(i).FileDescriptor, seen)
	}
	return append(list, protoutil.ProtoFromFileDescriptor(file))
}
