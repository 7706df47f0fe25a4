// OpenIDConnect is the relying party's side of OpenID Connect: the code flow with PKCE, and what it takes to believe an
// ID token. The OP's side is in `Provider/`.
//
// Every exchange with the OP is three steps: build (pure), send (the transport), process (pure). Nothing here chooses
// one-time values of a login, keeps a login or knows an IdP's name.
//
// - `Discovery`, `ProviderMetadata`            what the OP says about itself, and when it is believed
// - `TenantIssuers`, `GUIDText`                an OP that serves many tenants by one document
// - `AuthorizationRequest`, `…Response`        the browser's way there and back
// - `PushedAuthorization`                      the request sent ahead, so that the browser carries its name only
// - `TokenRequest`, `TokenResponse`, `UserInfo`, `EndSessionRequest`   the other exchanges
// - `ClientAssertionIssuer`, `ClientKey`, `ClientCertificate`          authenticating by a signed assertion
// - `IDToken`, `IDTokenVerifier`               signature first, then the ordered list of `Checks/`, one rule each
// - `AccessTokenVerifier`                      the same for OPs whose access tokens say something
// - `LogoutTokenVerifier`, `FrontChannelLogout`   what the OP says when a session ends there
// - `ClaimSet`, `ClaimReader`                  from verified claims to the broker's values
// - `RelyingParty`                             the sending side of all of it, for one connection
// - `OAuthClient`, `OAuthTokenResponse`        plain OAuth 2.0, where there is no ID token
// - `BearerAPI`, `ServiceAccount`              a vendor's own API, and an account of ours there
// - `AccessGrant`, `DirectoryAPI`, `DirectoryCursor`, `DirectoryEntry`    a vendor's list of its people
// - `DiscoveryProbe`, `CivilDate`              what an operator wants compared
// - `Wire`                                     the few rules that all exchanges share
//
// Discovery and JWKS are kept, refreshed and remembered by TrustDocuments.
