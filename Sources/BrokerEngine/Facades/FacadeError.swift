import Broker
package import BrokerModel

/// Why a facade refused: one bounded code for the page, one detail for the audit record.
package struct FacadeError: Error, Sendable, CustomStringConvertible {
    /// A stable, bounded cause.
    package struct Code: StringIdentifier, ExpressibleByStringLiteral {
        package let rawValue: String
        package init(rawValue: String) { self.rawValue = rawValue }
        package init(stringLiteral value: String) { self.rawValue = value }
    }

    /// The bounded cause.
    package let code: Code
    /// What the operator needs to know to mend it; no token, code or secret.
    package let detail: String
    /// The exact check that refused, where the code is coarser.
    package let rule: String?
    /// The error below, if one led here.
    package let underlying: (any Error)?

    package init(_ code: Code, detail: String, rule: String? = nil, underlying: (any Error)? = nil) {
        self.code = code
        self.detail = detail
        self.rule = rule
        self.underlying = underlying
    }

    /// The code only.
    package var description: String { code.rawValue }
}

extension FacadeError.Code {
    /// The request is not a well-formed message of the protocol.
    package static let malformedRequest: Self = "malformed_request"
    /// The site is not known, or has no such facade.
    package static let notConfigured: Self = "not_configured"
    /// The client or service provider is not the one that is registered.
    package static let clientUnknown: Self = "client_unknown"
    /// The client did not prove who it is.
    package static let clientAuthentication: Self = "client_authentication"
    /// The answer was asked to an address that is not registered, byte for byte (M50).
    package static let redirectURIMismatch: Self = "redirect_uri_mismatch"
    /// A message does not pass the checks of its protocol; `rule` says which.
    package static let messageRefused: Self = "message_refused"
    /// A code, a token or a message was used before.
    package static let replayed: Self = "replayed"
    /// A code or token is unknown, expired, of another client, or its session has ended.
    package static let grantInvalid: Self = "grant_invalid"
    /// The request waited longer than it may, or is not one of ours.
    package static let requestExpired: Self = "request_expired"
    /// There is no session, and the site asked that nobody be asked.
    package static let loginRequired: Self = "login_required"
    /// The sign-in is not as strong or as recent as the site asked for.
    package static let authenticationInsufficient: Self = "authentication_insufficient"
    /// The site does not admit the person.
    package static let notAdmitted: Self = "not_admitted"
    /// Somebody else is known to sites under the person's name.
    package static let nameTaken: Self = "portal_name_taken"
    /// The site's address for the answer is not known yet.
    package static let siteIncomplete: Self = "site_incomplete"
    /// The site asks about one session again and again.
    package static let signInCircle: Self = "sign_in_circle"
    /// The site's server did not hear.
    package static let siteUnreachable: Self = "site_unreachable"
    /// The store does not answer.
    package static let storeUnavailable: Self = "store_unavailable"
    /// A key or setting of ours does not work.
    package static let configurationInvalid: Self = "configuration_invalid"
}

/// A refusal that was recorded: what the page may show.
package struct FacadeFailure: Error, Sendable {
    package var code: FacadeError.Code
    package var reference: Reference
    package var site: SiteID
    /// The person's organization, where known: whom to ask.
    package var organization: Organization?
}
