// The OP's side of OpenID Connect: what an authorization server asks of the requests that it gets, and what it says.
//
// Nothing here does I/O, reads a clock or knows a session: who the person is and what counts once is the caller's to
// say. Each rule is one `ProviderCheck`, and each request has its ordered list of them.
//
// - `RegisteredClient`                                   what is known of the one client
// - `AuthorizationChecks`, `AuthorizationQuery`          the request for a code; `AuthorizationAnswer` goes back
// - `Reauthentication`                                   whether a session is enough for what was asked
// - `ClientCredentials`, `ClientAuthenticationChecks`, `ClientAssertion`   who redeems
// - `RedemptionChecks`                                   the code's redirect URI and PKCE
// - `BearerCredentials`                                  who asks for UserInfo
// - `EndSessionChecks`, `EndSessionQuery`, `IDTokenHint` the sign-out that a client asks for
// - `IDTokenClaims`, `LogoutTokenClaims`, `PersonalClaims`, `ProviderDocument`   what the OP says
