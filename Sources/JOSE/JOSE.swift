// JOSE is the only room that knows a token format: it parses, verifies and issues JSON Web Signatures (RFC 7515), reads
// and writes keys (RFC 7517), and seals what must rest encrypted. It is thin over swift-crypto and knows no HTTP, no
// clock and no store.
//
// The way of a token in: `CompactJWS.parse` (octets to three strict parts) -> `HeaderChecks` (what no header may say)
// -> `JWSVerifier` (algorithm from configuration, key from a `JWKSet`, never from the token) -> `JWT` (its claims).
// The way out: `SigningKey.issue`.
//
// JSON is read by `JSONParser`, which refuses what two parsers could read differently: duplicate names, lone
// surrogates, trailing octets. Strings compare by octets (`hasSameBytes`), because Swift's `==` holds canonical
// equivalents equal.
