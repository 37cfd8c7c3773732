package rpc

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/binary"
	"fmt"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"percorsi/internal/fault"
)

// Page is where a page of a list ended: the row's rank in the order of the
// list, such as a day or a position, and a key that tells rows of one rank
// apart. The zero Page is the beginning.
type Page struct {
	Rank int64
	Key  string
}

const (
	sumBytes = 8
	// maxPageKey keeps a token within the 200 characters that the API allows.
	maxPageKey = 120
)

// pageFields are the fields of a query that may differ from page to page.
var pageFields = []protoreflect.Name{"page_size", "page_token", "min_position"}

// EncodePage gives the token of the page after a row. The token belongs to the
// query: with other filters it is refused, since it would skip rows there. It
// hides nothing and opens nothing; the rows of a page are still checked
// against who asks.
func EncodePage(query proto.Message, last Page) (string, error) {
	if len(last.Key) > maxPageKey {
		return "", fmt.Errorf("encode page token: the key has %d bytes, more than %d", len(last.Key), maxPageKey)
	}
	place := append(binary.AppendVarint(nil, last.Rank), last.Key...)
	sum, err := pageSum(query, place)
	if err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(append(sum, place...)), nil
}

// DecodePage gives the page that a token of the query stands for; the empty
// token is the beginning. Any other text is Invalid on the field "page_token".
func DecodePage(query proto.Message, token string) (Page, error) {
	if token == "" {
		return Page{}, nil
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(raw) <= sumBytes || base64.RawURLEncoding.EncodedLen(len(raw)) != len(token) { // line ends are passed over

		return Page{}, badPageToken()
	}
	place := raw[sumBytes:]
	sum, err := pageSum(query, place)
	if err != nil {
		return Page{}, err
	}
	rank, n := binary.Varint(place)
	if n <= 0 || subtle.ConstantTimeCompare(sum, raw[:sumBytes]) == 0 {
		return Page{}, badPageToken()
	}
	return Page{Rank: rank, Key: string(place[n:])}, nil
}

// pageSum ties a place to a query. It is not a secret: it tells a damaged or a
// misplaced token from a good one.
func pageSum(query proto.Message, place []byte) ([]byte, error) {
	filters := proto.Clone(query)
	m := filters.ProtoReflect()
	for _, name := range pageFields {
		if f := m.Descriptor().Fields().ByName(name); f != nil {
			m.Clear(f)
		}
	}
	text := append([]byte(m.Descriptor().FullName()), 0)
	text, err := proto.MarshalOptions{Deterministic: true}.MarshalAppend(text, filters)
	if err != nil {
		return nil, fmt.Errorf("sum page token: %w", err)
	}
	text = binary.AppendUvarint(text, uint64(len(place)))
	sum := sha256.Sum256(append(text, place...))
	return sum[:sumBytes], nil
}

func badPageToken() error {
	return fault.Field("page_token", "give the next_page_token of the page before, with the same filters, or leave it empty for the first page")
}
