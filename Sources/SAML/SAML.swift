// SAML 2.0's own rules, pure: messages, checks, metadata, bindings and logout, for the SP side and the IdP side.
//
// The way of a Response: `Bindings/` gives octets; `ResponseReader` parses once, holds the structure against an
// allow-list, verifies, and goes on only from the octets that were verified; `ResponseCheck.all` is the visible list of
// what is then held against the pending request, one check a file; `SubjectReader` and `AttributeReader` read the person.
//
// - `Common/`    names, times, NameIDs, errors, keys of ours
// - `Response/`  reading and checking a Response
// - `Requests/`  AuthnRequest
// - `Assertions/` writing a Response
// - `Logout/`    LogoutRequest and LogoutResponse
// - `Bindings/`  HTTP-Redirect and HTTP-POST
// - `Metadata/`  reading the IdP's, writing ours
// - `Trust/`     where the IdP's keys come from, and when they are looked for again
//
// XML is touched only through XMLSecurity. Nothing here searches: an element's children are asked for by name.
