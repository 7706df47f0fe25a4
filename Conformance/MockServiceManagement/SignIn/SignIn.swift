// SPDX-License-Identifier: Apache-2.0

extension MockPortal.Configuration {
    /// Which product the portal plays.
    package enum Flavour: String, Sendable {
        /// Data Center: OpenID Connect, SAML or a trusted header.
        case dataCenter
        /// Cloud: SAML and nothing else, as for portal-only customers.
        case cloud
    }

    /// How the portal learns who is there.
    ///
    /// With anything but `trustedHeader`, identity headers are noise and a session of the portal's own decides.
    package enum SignIn: Sendable {
        /// By the headers of `Configuration.identity`, or not at all.
        case trustedHeader
        /// As a relying party: code flow with PKCE, RS256, UserInfo.
        ///
        /// - `usernameClaim` is a template, as in `${preferred_username}`.
        /// - `groupsClaim` switches the update of groups on: whoever signs in leaves every group that was not sent.
        /// - `additionalScopes` are asked for beside `openid profile email`.
        case openID(
            issuer: String, clientID: String, clientSecret: String, usernameClaim: String = "${preferred_username}",
            groupsClaim: String? = nil, additionalScopes: [String] = [])
        /// As a SAML SP: AuthnRequest by redirect, a signed Response by POST, the NameID as username.
        ///
        /// - `entityID` is the flavour's own where it is nil.
        /// - `groupsAttribute` does what `groupsClaim` does.
        case saml(
            identityProvider: IdentityProvider, entityID: String? = nil, signsRequests: Bool = false,
            groupsAttribute: String? = nil)
    }

    /// Where the SAML IdP's name, addresses and key come from.
    package enum IdentityProvider: Sendable {
        /// Metadata behind a URL, fetched at first use and kept from then on.
        case metadataURL(String)
        /// Metadata as text.
        case metadata(String)
        /// Field by field, as an administrator types it; the certificate is PEM.
        case manual(entityID: String, ssoURL: String, sloURL: String?, certificatePEM: String)
    }
}

/// Why a portal does not start with its configuration.
package enum MockPortalError: Error, Equatable, CustomStringConvertible {
    /// The flavour does not have this way to sign in.
    case signInNotOffered
    /// The issuer is no https URL, or http on this machine.
    case issuerInvalid

    package var description: String {
        switch self {
        case .signInNotOffered: "sign_in_not_offered"
        case .issuerInvalid: "issuer_invalid"
        }
    }
}
