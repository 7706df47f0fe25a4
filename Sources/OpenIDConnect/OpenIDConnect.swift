// OpenIDConnect is the relying party's side of OpenID Connect: the code flow with PKCE, and what it takes to believe an
// ID token.
//
// Every exchange with the OP is three steps: build (pure), send (the transport), process (pure). Nothing here chooses
// one-time values, keeps a login or knows an IdP's name.
//
// - `Discovery`, `ProviderMetadata`            what the OP says about itself, and when it is believed
// - `AuthorizationRequest`, `…Response`        the browser's way there and back
// - `TokenRequest`, `TokenResponse`, `UserInfo`, `EndSessionRequest`   the other exchanges
// - `IDTokenVerifier`, `LogoutTokenVerifier`   signature first, then the ordered list of `Checks/`, one rule each
// - `ClaimReader`                              from verified claims to the broker's values
// - `RelyingParty`                             the sending side of all of it, for one connection
//
// Discovery and JWKS are kept, refreshed and remembered by TrustDocuments.
