package main

import (
	"crypto/rand"
	"encoding/hex"
	"math/big"
	"regexp"
	"strings"
)

var (
	opaqueID = regexp.MustCompile(`^[A-Za-z0-9._-]{1,64}$`)
	hexID    = regexp.MustCompile(`^[0-9a-f]{32}$`)
	ulid     = regexp.MustCompile(`^[0-7][0-9A-HJKMNP-TV-Z]{25}$`)
)

// newHex gives 2*n random hexadecimal digits.
func newHex(n int) string {
	b := make([]byte, n)
	if _, err := rand.Read(b); err != nil {
		panic(err)
	}
	return hex.EncodeToString(b)
}

// newUUID gives a random UUID of version 4.
func newUUID() string {
	h := []byte(newHex(16))
	h[12], h[16] = '4', "89ab"[h[16]&3]
	s := string(h)
	return strings.Join([]string{s[:8], s[8:12], s[12:16], s[16:20], s[20:]}, "-")
}

// bitsOfID gives the 128 bits of a UUID, a ULID or 32 hexadecimal digits, as 32 hexadecimal digits; "" for any other text.
func bitsOfID(id string) string {
	if upper := strings.ToUpper(id); ulid.MatchString(upper) {
		bits := new(big.Int)
		for _, c := range upper {
			bits.Lsh(bits, 5).Or(bits, big.NewInt(int64(strings.IndexRune("0123456789ABCDEFGHJKMNPQRSTVWXYZ", c))))
		}
		return hex.EncodeToString(bits.FillBytes(make([]byte, 16)))
	}
	h := strings.ToLower(strings.ReplaceAll(id, "-", ""))
	if (len(id) == 32 || len(id) == 36) && hexID.MatchString(h) {
		return h
	}
	return ""
}
