// SPDX-License-Identifier: Apache-2.0

// Identity providers for tests and the demo, over real HTTP on loopback.
//
// `MockOpenIDProvider` is a complete OpenID provider: discovery, code flow with PKCE, ID tokens, UserInfo, key rotation
// and logout, for any number of tenants on one port, each with an issuer of its own. Left alone it does everything
// right. Told to, it makes one mistake in one login: `OPFault` lists the mistakes, each with the rule that says what a
// relying party must do about it.
//
//   Server/   one loopback listener
//   Routes/   one file for each endpoint
//   Tokens/   keys, and ID tokens as they should be
//   Faults/   the mistakes, in the order in which a token is made
//   State/    tenants, clients, users, and what was issued
//   Pages/    sign-in and the other pages, without a need for JavaScript
//   Profiles/ `VendorWorld`: sixteen vendors under their own addresses, each a value, with `VendorFault` and `APIFault`
//   SAML/     `MockSAMLProvider`, a SAML IdP with a profile for each vendor, and every attack on a switch: `SAMLFault`,
//             `SAMLLogoutFault`, `SAMLMetadataFault`
//
// Begin at `MockOpenIDProvider.start(_:)`, `VendorWorld.start(_:)` and `MockSAMLProvider.start(_:)`.
