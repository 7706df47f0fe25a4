// SPDX-License-Identifier: Apache-2.0

package import JOSE

/// One identity provider of the several that share a port: `/op/<name>` with its own issuer, keys, clients and users.
package struct OPTenant: Sendable {
    /// Path segment and name, as in `acme`.
    package var name: String
    /// Name on the sign-in page, as in `Acme identity provider`.
    package var title: String
    package var clients: [OPClient]
    package var users: [OPUser]
    /// RS256 or ES256, for ID tokens.
    package var algorithm: JWAlgorithm
    /// Answers an authorization request at once when its `login_hint` names a user.
    ///
    /// No page, no cookie.
    package var autoLogin: Bool
    /// Accepts any e-mail address as a verified user of that address, beside the listed ones.
    package var acceptsAnyone: Bool
    /// Refuses authorization requests without an S256 challenge.
    package var requiresPKCE: Bool
    /// Sends `iss` to the callback and says so in discovery (RFC 9207).
    package var sendsIssuer: Bool
    /// Leaves `email`, `name` and `groups` to UserInfo, as OpenID Connect Core 5.4 has it; otherwise both carry them.
    package var claimsOnlyInUserInfo: Bool
    /// Lets whoever signs in choose a fault on the sign-in page.
    package var offersFaults: Bool
    /// Whether requests are pushed; at a plain tenant only.
    package var pushedRequests: OPPushedRequests
    /// The vendor that it speaks like; nil speaks plainly.
    package var profile: OPProfile?

    /// A well-behaved tenant unless told otherwise.
    package init(
        name: String, title: String, clients: [OPClient] = [], users: [OPUser] = [], algorithm: JWAlgorithm = .rs256,
        autoLogin: Bool = false, acceptsAnyone: Bool = false, requiresPKCE: Bool = true, sendsIssuer: Bool = true,
        claimsOnlyInUserInfo: Bool = false, offersFaults: Bool = false,
        pushedRequests: OPPushedRequests = .none, profile: OPProfile? = nil
    ) {
        self.name = name
        self.title = title
        self.clients = clients
        self.users = users
        self.algorithm = algorithm
        self.autoLogin = autoLogin
        self.acceptsAnyone = acceptsAnyone
        self.requiresPKCE = requiresPKCE
        self.sendsIssuer = sendsIssuer
        self.claimsOnlyInUserInfo = claimsOnlyInUserInfo
        self.offersFaults = offersFaults
        self.pushedRequests = pushedRequests
        self.profile = profile
    }
}

/// A relying party known to a tenant.
package struct OPClient: Sendable {
    package var clientID: String
    /// Nil is a public client, which needs PKCE.
    package var clientSecret: String?
    /// Compared octet by octet.
    package var redirectURIs: [String]
    package var postLogoutRedirectURIs: [String]
    package var method: OPClientMethod

    /// A client with its exact redirect URIs.
    package init(
        clientID: String, clientSecret: String?, redirectURIs: [String], postLogoutRedirectURIs: [String] = [],
        method: OPClientMethod = .secret
    ) {
        self.clientID = clientID
        self.clientSecret = clientSecret
        self.redirectURIs = redirectURIs
        self.postLogoutRedirectURIs = postLogoutRedirectURIs
        self.method = method
    }
}

/// Somebody who can sign in.
///
/// Any password will do.
package struct OPUser: Sendable {
    /// What is typed on the sign-in page; the e-mail address works too.
    package var userName: String
    package var sub: String
    package var email: String?
    package var emailVerified: Bool?
    package var name: String
    package var groups: [String]?
    /// Further claims; they win over the ones above.
    package var extra: JSONObject
    /// The mistake that every login of this user meets.
    package var fault: OPFault?

    /// A user with a verified address, unless told otherwise.
    package init(
        userName: String, sub: String, email: String?, emailVerified: Bool? = true, name: String,
        groups: [String]? = nil, extra: JSONObject = [:], fault: OPFault? = nil
    ) {
        self.userName = userName
        self.sub = sub
        self.email = email
        self.emailVerified = emailVerified
        self.name = name
        self.groups = groups
        self.extra = extra
        self.fault = fault
    }
}
