package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/keepalive"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"percorsi/internal/access"
	"percorsi/internal/client"
	"percorsi/services/percorsi/server"
)

// selfIssued is how long a token lives that a command makes for itself.
const selfIssued = time.Hour

// dial connects to the server as a role: with the token given, or with one made
// here by who may read the issuer's key.
func (g *globals) dial(role access.Role) (*grpc.ClientConn, error) {
	return g.dialAs(access.Caller{User: operator, Role: role, Body: operatorBody})
}

// dialAs connects to the server as somebody, where no token says who it is.
func (g *globals) dialAs(caller access.Caller) (*grpc.ClientConn, error) {
	token, err := g.credential(caller)
	if err != nil {
		return nil, err
	}
	return dial(g.addr, token)
}

// hangUp ends a connection once a command has its answers.
func hangUp(conn *grpc.ClientConn) {
	_ = conn.Close() // nothing is left to lose
}

// A line on which something is watched and nothing comes is asked now and then
// whether anybody is at its other end; the server wants no more than that.
const (
	askAfter  = 30 * time.Second
	askWithin = 10 * time.Second
)

// dial connects with a token, or without one for calls that bring their own.
func dial(addr, token string) (*grpc.ClientConn, error) {
	options := []grpc.DialOption{
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithKeepaliveParams(keepalive.ClientParameters{Time: askAfter, Timeout: askWithin}),
	}
	if token != "" {
		options = append(options, grpc.WithPerRPCCredentials(client.Bearer(token)))
	}
	return grpc.NewClient(addr, options...)
}

func (g *globals) credential(caller access.Caller) (string, error) {
	given := g.token
	if given == "" {
		given = os.Getenv("PERCORSI_TOKEN")
	}
	if given != "" {
		return readToken(given)
	}
	dir := filepath.Join(g.data, server.KeysFolder)
	if _, err := os.Stat(dir); err != nil {
		return "", fmt.Errorf("there is no token: give one with --token, or name the server's data folder with --data")
	}
	if server.SharesKeys(g.data) {
		return "", fmt.Errorf("there is no token: make one with percorsi token --keys, and give it with --token")
	}
	issuer, err := access.NewIssuer(dir)
	if err != nil {
		return "", err
	}
	return issuer.Issue(caller, selfIssued)
}

// Who the operator of the machine is, and for which body.
const (
	operator     = "operator"
	operatorBody = "UFFICIO-DI-PIANO"
)

// readToken takes a token, or the name of a file that holds one.
func readToken(given string) (string, error) {
	if strings.Count(given, ".") == 2 && !strings.ContainsAny(given, `/\`) {
		return given, nil
	}
	data, err := os.ReadFile(given)
	if err != nil {
		return "", fmt.Errorf("read the token: %w", err)
	}
	return strings.TrimSpace(string(data)), nil
}

// printJSON prints one message as JSON.
func printJSON(w io.Writer, m proto.Message) error {
	data, err := protojson.MarshalOptions{UseProtoNames: true, Multiline: true, EmitUnpopulated: false}.Marshal(m)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "%s\n", data)
	return err
}
