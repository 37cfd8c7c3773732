package access

import (
	"crypto/ed25519"
	"errors"
	"fmt"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"percorsi/internal/fault"
)

const (
	issuerName = "percorsi-local"
	audience   = "percorsi"
	// MaxTTL bounds how long a token may live: who leaves the service should
	// not keep a key to it for ever.
	MaxTTL = 366 * 24 * time.Hour
)

// Issuer makes and verifies tokens on a machine without an identity provider.
// Whoever can read its key can make any token, so no other user may read it. An
// Issuer is safe for concurrent use.
type Issuer struct {
	key      ed25519.PrivateKey
	parser   *jwt.Parser
	verified *verified
}

// NewIssuer opens the issuer of a directory; its key is made at the first use
// (issuer.key, mode 0600). Processes that start together agree on one key. A
// key that others may read is refused.
func NewIssuer(dir string) (*Issuer, error) {
	key, err := openKey(dir)
	if err != nil {
		return nil, fmt.Errorf("open token issuer: %w", err)
	}
	return issuerOf(key), nil
}

// NewSharedIssuer makes the issuer of a secret: those of one secret know each
// other's tokens, whichever process or machine they are on.
func NewSharedIssuer(secret [ed25519.SeedSize]byte) *Issuer {
	return issuerOf(ed25519.NewKeyFromSeed(secret[:]))
}

func issuerOf(key ed25519.PrivateKey) *Issuer {
	return &Issuer{
		key: key,
		parser: jwt.NewParser(
			// Pinned: a token must not choose how it is checked.
			jwt.WithValidMethods([]string{jwt.SigningMethodEdDSA.Alg()}),
			jwt.WithIssuer(issuerName),
			jwt.WithAudience(audience),
			jwt.WithExpirationRequired(),
			jwt.WithIssuedAt(),
			jwt.WithStrictDecoding(),
		),
		verified: newVerified(),
	}
}

// claims is what a token says, in the names of RFC 7519 and two of our own.
type claims struct {
	jwt.RegisteredClaims
	Role Role   `json:"role"`
	Body string `json:"body,omitempty"`
}

func (c *claims) caller() Caller { return Caller{User: c.Subject, Role: c.Role, Body: c.Body} }

// Issue makes a token for a caller that ends after ttl, at most [MaxTTL]. A
// caller that is not whole is Invalid, see [Caller.Check].
func (i *Issuer) Issue(c Caller, ttl time.Duration) (string, error) {
	if err := c.Check(); err != nil {
		return "", err
	}
	if ttl < time.Second || ttl > MaxTTL {
		return "", fault.Field("ttl", "give a time from 1s to %s", MaxTTL)
	}
	now := time.Now()
	token := jwt.NewWithClaims(jwt.SigningMethodEdDSA, &claims{
		RegisteredClaims: jwt.RegisteredClaims{
			Issuer:    issuerName,
			Subject:   c.User,
			Audience:  jwt.ClaimStrings{audience},
			IssuedAt:  jwt.NewNumericDate(now),
			ExpiresAt: jwt.NewNumericDate(now.Add(ttl)),
		},
		Role: c.Role,
		Body: c.Body,
	})
	signed, err := token.SignedString(i.key)
	if err != nil {
		return "", fmt.Errorf("sign token: %w", err)
	}
	return signed, nil
}

// Verify gives the caller that a token names. The error is Unauthenticated
// and says what to do; nothing of the token is in it.
func (i *Issuer) Verify(token string) (Caller, error) {
	now := time.Now()
	if c, ok := i.verified.caller(token, now); ok {
		return c, nil
	}
	var said claims
	_, err := i.parser.ParseWithClaims(token, &said, func(*jwt.Token) (any, error) { return i.key.Public(), nil })
	if err != nil {
		return Caller{}, refusal(err)
	}
	if said.IssuedAt == nil || said.caller().Check() != nil {
		return Caller{}, fault.New(fault.Unauthenticated, "the token does not name a caller of this service: ask for a new one with percorsi token")
	}
	i.verified.keep(token, verifiedToken{caller: said.caller(), until: said.ExpiresAt.Time}, now)
	return said.caller(), nil
}

// refusal says in words why a token does not verify. Only the kind of the
// parser's error is used: its text may repeat the token.
func refusal(err error) error {
	const renew = "ask for a new one with percorsi token"
	why := "the token is not one of this service: " + renew
	switch {
	case errors.Is(err, jwt.ErrTokenMalformed):
		why = `this is not a token: send "authorization: Bearer" and the text that percorsi token prints`
	case errors.Is(err, jwt.ErrTokenSignatureInvalid), errors.Is(err, jwt.ErrTokenUnverifiable):
		why = "the token was not signed by this server: " + renew
	case errors.Is(err, jwt.ErrTokenExpired):
		why = "the token has expired: " + renew
	case errors.Is(err, jwt.ErrTokenUsedBeforeIssued), errors.Is(err, jwt.ErrTokenNotValidYet):
		why = "the token is from the future: set the clock of this machine or of the one that made it"
	case errors.Is(err, jwt.ErrTokenInvalidIssuer), errors.Is(err, jwt.ErrTokenInvalidAudience):
		why = "the token was made for another service: " + renew
	}
	return fault.New(fault.Unauthenticated, "%s", why)
}
