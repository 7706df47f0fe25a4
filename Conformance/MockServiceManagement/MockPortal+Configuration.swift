// SPDX-License-Identifier: Apache-2.0

package import MockServer

extension MockPortal {
    /// How a portal listens, whom it believes, and what it offers.
    package struct Configuration: Sendable {
        /// Certificate chain and key for https.
        package typealias TLS = MockTLS

        /// Whether identity headers mean anything to the portal.
        package enum Identity: Sendable, Equatable {
            /// Headers are noise; every visitor is anonymous.
            case ignored
            /// A request naming exactly one non-empty user is that user, as a header authenticator would have it.
            case trustedHeaders(IdentityHeaders)
        }

        /// Loopback address to bind; another address refuses to start.
        package var address: String
        /// Port to bind; 0 lets the system choose.
        package var port: Int
        /// Host name in the URLs that `MockPortal.url` gives out.
        package var hostName: String
        /// https when present, plain http otherwise.
        package var tls: TLS?
        /// Path that stands before every portal path, as in `/jira`; empty by default.
        package var contextPath: String
        /// Name in the page header.
        package var siteName: String
        /// Whether identity headers are believed.
        package var identity: Identity
        /// Whether anonymous visitors may raise requests.
        ///
        /// True is the spam problem, and the default.
        package var publicForm: Bool
        /// Value of `X-Mock-Control` that opens `/__mock/`.
        ///
        /// Without the header those paths are ordinary unknown paths.
        package var controlSecret: String
        /// Portals and their request types.
        package var portals: [Portal]

        /// A public-form portal on a free port, unless told otherwise.
        package init(
            controlSecret: String, address: String = "127.0.0.1", port: Int = 0, hostName: String = "jsm.localhost",
            tls: TLS? = nil, contextPath: String = "", siteName: String = "Northwind Help Center",
            identity: Identity = .ignored, publicForm: Bool = true, portals: [Portal] = Portal.samples
        ) {
            self.controlSecret = controlSecret
            self.address = address
            self.port = port
            self.hostName = hostName
            self.tls = tls
            self.contextPath = contextPath
            self.siteName = siteName
            self.identity = identity
            self.publicForm = publicForm
            self.portals = portals
        }
    }
}
