// SPDX-License-Identifier: Apache-2.0

import Broker
import Foundation
import JOSE

/// Paths of one way to sign in, behind the context path.
struct SignInPaths: Sendable {
    /// Sends the browser to the IdP.
    let begin: String
    /// Where the browser comes back.
    let callback: String
    /// Where logout messages of the IdP arrive.
    let logoutMessages: String
    /// The portal's own metadata, where the protocol has such.
    let metadata: String?
    /// The "Log out" link.
    let logout = "/servicedesk/customer/user/logout"

    static let openID = SignInPaths(
        begin: "/plugins/servlet/external-login", callback: "/plugins/servlet/oidc/callback",
        logoutMessages: "/plugins/servlet/oidc/backchannel-logout", metadata: nil)

    static func saml(_ flavour: MockPortal.Configuration.Flavour) -> SignInPaths {
        switch flavour {
        case .dataCenter:
            SignInPaths(
                begin: "/plugins/servlet/external-login", callback: "/plugins/servlet/samlconsumer",
                logoutMessages: "/plugins/servlet/saml/logout", metadata: "/plugins/servlet/samlconsumer/metadata")
        case .cloud:
            SignInPaths(
                begin: "/servicedesk/customer/user/login", callback: "/login/callback",
                logoutMessages: "/logout/saml", metadata: "/saml/metadata")
        }
    }
}

/// The portal's own URLs, as the browser and the IdP know them.
struct PortalAddresses: Sendable {
    /// The base URL, context path included, without a trailing slash.
    let base: String
    let flavour: MockPortal.Configuration.Flavour
    let paths: SignInPaths

    var callback: String { base + paths.callback }
    var logoutMessages: String { base + paths.logoutMessages }
    var portals: String { base + "/servicedesk/customer/portals" }

    /// The name at a SAML IdP unless configured: Data Center has its base URL, Cloud a URL with an id of the site.
    var entityID: String {
        guard flavour == .cloud else { return base }
        let digits = Array(Digests.sha256Hex(base))
        let groups = [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { String(digits[$0]) }
        return "\(base)/saml/\(groups.joined(separator: "-"))"
    }

    /// One of these as a URL.
    static func url(_ text: String) throws(LoginError) -> URL {
        guard let url = URL(string: text) else {
            throw LoginError(.configurationInvalid, detail: "the portal's base URL is no URL")
        }
        return url
    }
}
