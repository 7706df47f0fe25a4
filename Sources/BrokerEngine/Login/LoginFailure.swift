package import Broker
package import BrokerModel

/// A login that ended without a session, as the page and the audit log see it.
package struct LoginFailure: Error, Sendable, CustomStringConvertible {
    /// The bounded cause.
    package var code: LoginError.Code
    /// What the person may tell a help desk.
    package var reference: Reference
    /// The organization, once known, for its support contact.
    package var organization: Organization?
    /// The site, for its theme and for trying again.
    package var site: SiteID?
    /// Where the person wanted to go.
    package var returnTarget: String?
    /// Whether it is a denial: nothing is wrong, the IdP or the person said no.
    package var isDenial = false

    /// The code only.
    package var description: String { code.rawValue }

    package init(
        code: LoginError.Code, reference: Reference, organization: Organization? = nil, site: SiteID? = nil,
        returnTarget: String? = nil, isDenial: Bool = false
    ) {
        self.code = code
        self.reference = reference
        self.organization = organization
        self.site = site
        self.returnTarget = returnTarget
        self.isDenial = isDenial
    }
}
