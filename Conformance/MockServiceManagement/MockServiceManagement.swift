// SPDX-License-Identifier: Apache-2.0

import MockServer

// A test double of a Jira Service Management Data Center customer portal, over real HTTP on loopback.
//
// What it is for: standing behind a gate and saying truthfully what got through. Every request that arrives is counted
// by method and kind of path, tickets are counted, and headers are kept exactly as received. On purpose it protects
// nothing by itself: its request form is open to anyone, as a portal with "anyone can raise a request" is, and it
// understands paths as loosely as Tomcat does, so that whatever slips past a gate does damage that a test can see.
//
//   Server/   one loopback listener
//   Routes/   which page or call a path means, and what answers it
//   State/    what arrived, and the tickets
//   Pages/    the HTML of a plausible help center
//
// Begin at `MockPortal.start(_:)`.
