// SPDX-License-Identifier: Apache-2.0

package import XMLSecurity

/// One SAML IdP of the several that share a port: `/saml/<name>` with its own entityID, keys, SPs and users.
package struct SAMLTenant: Sendable {
    /// Path segment and name, as in `globex`.
    package var name: String
    /// Name on the sign-in page.
    package var title: String
    /// Nil is the metadata's URL.
    package var entityID: String?
    package var profile: SAMLProfile
    package var serviceProviders: [ServiceProvider]
    package var users: [SAMLUser]
    /// Answers an AuthnRequest at once when it names a user.
    ///
    /// No page, no cookie.
    package var autoLogin: Bool
    /// Accepts any e-mail address as a user of that address, beside the listed ones.
    package var acceptsAnyone: Bool
    /// Refuses unsigned AuthnRequests of an SP whose keys are known.
    package var wantsSignedRequests: Bool
    /// Lets whoever signs in choose a fault on the sign-in page.
    package var offersFaults: Bool

    /// A well-behaved tenant unless told otherwise.
    package init(
        name: String, title: String, entityID: String? = nil, profile: SAMLProfile = .plain,
        serviceProviders: [ServiceProvider] = [], users: [SAMLUser] = [], autoLogin: Bool = false,
        acceptsAnyone: Bool = false, wantsSignedRequests: Bool = false, offersFaults: Bool = false
    ) {
        self.name = name
        self.title = title
        self.entityID = entityID
        self.profile = profile
        self.serviceProviders = serviceProviders
        self.users = users
        self.autoLogin = autoLogin
        self.acceptsAnyone = acceptsAnyone
        self.wantsSignedRequests = wantsSignedRequests
        self.offersFaults = offersFaults
    }
}

/// An SP known to a tenant, by its metadata or by configuration.
package struct ServiceProvider: Sendable {
    package var entityID: String
    /// Compared octet by octet; the first is the default.
    package var acsURLs: [String]
    /// Where logout messages go, and how.
    package var logout: Logout?
    /// Verify its requests; where there are none, anybody's request is taken.
    package var signingKeys: [PublicKey]
    /// Assertions are encrypted to it; without one they stay plain.
    package var encryptionKey: PublicKey?

    /// Where logout messages go.
    package struct Logout: Sendable {
        package var url: String
        /// By POST, otherwise by redirect.
        package var usesPost: Bool

        /// A place.
        package init(url: String, usesPost: Bool) {
            self.url = url
            self.usesPost = usesPost
        }
    }

    /// An SP.
    package init(
        entityID: String, acsURLs: [String], logout: Logout? = nil, signingKeys: [PublicKey] = [],
        encryptionKey: PublicKey? = nil
    ) {
        self.entityID = entityID
        self.acsURLs = acsURLs
        self.logout = logout
        self.signingKeys = signingKeys
        self.encryptionKey = encryptionKey
    }
}

/// Somebody who can sign in.
///
/// Any password will do.
package struct SAMLUser: Sendable {
    /// What is typed on the sign-in page; the e-mail address works too.
    package var userName: String
    /// What persistent names are made of.
    package var id: String
    package var email: String?
    package var name: String
    package var groups: [String]
    /// The mistake that every login of this user meets.
    package var fault: SAMLFault?

    /// A user.
    package init(
        userName: String, id: String, email: String?, name: String, groups: [String] = [], fault: SAMLFault? = nil
    ) {
        self.userName = userName
        self.id = id
        self.email = email
        self.name = name
        self.groups = groups
        self.fault = fault
    }
}
