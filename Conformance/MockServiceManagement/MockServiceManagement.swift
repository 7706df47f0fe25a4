// SPDX-License-Identifier: Apache-2.0

import MockServer

// A test double of a Jira Service Management customer portal, over real HTTP on loopback.
//
// What it is for: standing behind a gate and saying truthfully what got through. Every request that arrives is counted
// by method and kind of path, tickets are counted, and headers are kept exactly as received. On purpose it protects
// nothing by itself: its request form is open to anyone, as a portal with "anyone can raise a request" is, and it
// understands paths as loosely as Tomcat does, so that whatever slips past a gate does damage that a test can see.
//
// With `Configuration.signIn` it signs people in as the real one does and believes no header: as an OpenID relying
// party or a SAML SP, into a session of its own, with users and groups taken over just in time. The listener and the
// HTML are MockServer's, what is believed of a token or a Response is decided in OpenIDConnect and SAML.
//
//   Routes/   which page or call a path means, and what answers it
//   SignIn/   the way to the IdP, back, and out again
//   State/    what arrived, the tickets, sessions and users
//   Pages/    the HTML of a plausible help center
//
// Begin at `MockPortal.start(_:)`.
