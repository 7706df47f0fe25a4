// TrustDocuments keeps what an IdP publishes about itself: OpenID Connect's discovery and JWKS, SAML's metadata.
//
// A connection trusts keys that may change without notice, at a source that may be away, in processes that come and go.
// What all protocols share of that stands here; what a document says, and when it is believed, is the protocol's.
//
// - `RemoteDocument`   the last good state, one fetch for all who wait, memory across restarts and processes
// - `RefreshPolicy`    when it is fetched again, and how seldom messages from outside may cause that
// - `FetchClaim`       which of many processes fetches
// - `DocumentFormat`   what is asked for
// - `Exchange`         the rules that every exchange with an IdP keeps
// - `EndpointURL`      where an IdP may say that it listens
// - `OperatorText`, `Fingerprint`   values and keys as the operator reads them
