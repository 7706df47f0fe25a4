// SPDX-License-Identifier: Apache-2.0

package import Broker
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
        /// Which of JSM's own ways in are open to anybody; all of them by default.
        package var openDoors: OpenDoors
        /// Value of `X-Mock-Control` that opens `/__mock/`.
        ///
        /// Without the header those paths are ordinary unknown paths.
        package var controlSecret: String
        /// Portals and their request types.
        package var portals: [Portal]
        /// Which product it plays; only a sign-in at an IdP looks different.
        package var flavour: Flavour
        /// How people sign in.
        package var signIn: SignIn
        /// What browsers and the IdP know the portal as, context path included; nil is its own `url`.
        ///
        /// Behind a gate it is the gate's address, as Jira's base URL is.
        package var baseURL: String?
        /// PEM files with the authorities that vouch for the IdP's https; the system's where there are none.
        package var trustRoots: [String]
        /// The time of the checks.
        package var time: TimeSource
        /// Where session ids and one-time values come from.
        package var randomness: Randomness

        /// How the service account is told, and which desks are closed; nil is no such API, and desks that are open.
        package var rest: RESTAccess?

        /// A public-form portal on a free port, unless told otherwise.
        package init(
            controlSecret: String, address: String = "127.0.0.1", port: Int = 0, hostName: String = "jsm.localhost",
            tls: TLS? = nil, contextPath: String = "", siteName: String = "Northwind Help Center",
            identity: Identity = .ignored, publicForm: Bool = true, openDoors: OpenDoors = .all,
            portals: [Portal] = Portal.samples,
            flavour: Flavour = .dataCenter, signIn: SignIn = .trustedHeader, baseURL: String? = nil,
            trustRoots: [String] = [], time: TimeSource = .system, randomness: Randomness = .system,
            rest: RESTAccess? = nil
        ) {
            self.rest = rest
            self.controlSecret = controlSecret
            self.address = address
            self.port = port
            self.hostName = hostName
            self.tls = tls
            self.contextPath = contextPath
            self.siteName = siteName
            self.identity = identity
            self.publicForm = publicForm
            self.openDoors = openDoors
            self.portals = portals
            self.flavour = flavour
            self.signIn = signIn
            self.baseURL = baseURL
            self.trustRoots = trustRoots
            self.time = time
            self.randomness = randomness
        }
    }

    /// The part of the API by which people get access.
    package struct RESTAccess: Sendable {
        /// The only value of `Authorization` that the API takes.
        package var authorization: String
        /// Desks that only their customers and organizations may see.
        package var closedDesks: Set<Int>
        /// The most that a page holds, whatever the caller wants.
        package var pageLimit: Int

        package init(authorization: String, closedDesks: Set<Int> = [], pageLimit: Int = 50) {
            self.authorization = authorization
            self.closedDesks = closedDesks
            self.pageLimit = pageLimit
        }
    }
}
