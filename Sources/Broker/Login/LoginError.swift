/// Why a login failed: one bounded code for the page and the metric, one detail for the audit record.
///
/// Three readers, three fields. The person sees a fixed sentence per code and a reference id; the metric's label is the
/// code; the operator finds `detail` under the reference id. No field carries a token, an assertion, a code or a
/// secret.
public struct LoginError: Error, Sendable, CustomStringConvertible {
    /// A stable, bounded cause.
    ///
    /// A module may add its own; they stay few and are words of the protocol's specification.
    public struct Code: StringIdentifier, ExpressibleByStringLiteral {
        /// The snake_case name.
        public let rawValue: String
        /// Names a code.
        public init(rawValue: String) { self.rawValue = rawValue }
        /// Names a code by a literal.
        public init(stringLiteral value: String) { self.rawValue = value }
    }

    /// The bounded cause.
    public let code: Code
    /// What the operator needs to know to mend it.
    public let detail: String
    /// The exact check that refused, in snake_case, where the code is deliberately coarser.
    ///
    /// Only the audit log shows it: whoever probes a verifier must not learn how far a message came.
    public let rule: String?
    /// The error below, if one led here.
    public let underlying: (any Error)?

    /// An error with its operator detail.
    public init(_ code: Code, detail: String, rule: String? = nil, underlying: (any Error)? = nil) {
        self.code = code
        self.detail = detail
        self.rule = rule
        self.underlying = underlying
    }

    /// The code only.
    public var description: String { code.rawValue }
}

extension LoginError.Code {
    /// The callback is not a well-formed message of the protocol.
    public static let malformedRequest: Self = "malformed_request"
    /// `state` or RelayState is absent or is not of a login that waits.
    public static let stateMismatch: Self = "state_mismatch"
    /// The login was begun in another browser.
    public static let browserMismatch: Self = "browser_mismatch"
    /// The login waited longer than it may.
    public static let loginExpired: Self = "login_expired"
    /// The round was answered before.
    public static let loginAlreadyUsed: Self = "login_already_used"
    /// More rounds than a login may have.
    public static let tooManyRounds: Self = "too_many_rounds"
    /// The connection is disabled or gone.
    public static let connectionDisabled: Self = "connection_disabled"
    /// The organization is disabled or gone.
    public static let organizationDisabled: Self = "organization_disabled"
    /// The site does not admit the organization's people.
    public static let notAdmitted: Self = "not_admitted"
    /// The customer is disabled.
    public static let customerDisabled: Self = "customer_disabled"
    /// The connection's settings do not load, or changed while the login was under way.
    public static let configurationInvalid: Self = "configuration_invalid"
    /// The IdP did not answer.
    public static let upstreamUnavailable: Self = "upstream_unavailable"
    /// The IdP's answer is not one that the protocol allows.
    public static let upstreamInvalid: Self = "upstream_invalid"
    /// The IdP answered with an error that is not a denial.
    public static let upstreamError: Self = "upstream_error"
    /// A SAML message did not pass; which check refused it stands in `rule`.
    public static let messageRefused: Self = "message_refused"
    /// A signature is absent or does not verify.
    public static let signatureInvalid: Self = "signature_invalid"
    /// The algorithm is not one that the connection allows.
    public static let algorithmNotAllowed: Self = "algorithm_not_allowed"
    /// No configured or published key has the id that the message names.
    public static let unknownKey: Self = "unknown_key"
    /// The message was issued by another issuer than the connection's.
    public static let issuerMismatch: Self = "issuer_mismatch"
    /// The message is for another audience.
    public static let audienceMismatch: Self = "audience_mismatch"
    /// The message is expired, not yet valid, or has no time.
    public static let timeInvalid: Self = "time_invalid"
    /// The nonce is absent or another one.
    public static let nonceMismatch: Self = "nonce_mismatch"
    /// A hash that ties two tokens together does not match.
    public static let tokenHashMismatch: Self = "token_hash_mismatch"
    /// The subject is absent, malformed, or not the same in two places.
    public static let subjectInvalid: Self = "subject_invalid"
    /// The identity carries no e-mail.
    public static let emailMissing: Self = "email_missing"
    /// The e-mail is malformed.
    public static let emailMalformed: Self = "email_malformed"
    /// Nobody vouches that the e-mail is the person's.
    public static let emailUnverified: Self = "email_unverified"
    /// The e-mail's domain is not one that the connection may assert.
    public static let emailDomainNotOwned: Self = "email_domain_not_owned"
    /// Another customer holds the e-mail.
    public static let emailConflict: Self = "email_conflict"
    /// More than one customer could be meant.
    public static let linkAmbiguous: Self = "link_ambiguous"
    /// The browser has a live session of another customer, which this login was not asked to end.
    public static let otherSession: Self = "other_session"
    /// The message was used before.
    public static let replayed: Self = "replayed"
    /// A module returned an identity for a connection that it was not called for.
    public static let providerMisbehaved: Self = "provider_misbehaved"
    /// The sign-in is not as strong or as recent as asked.
    public static let requirementsNotMet: Self = "requirements_not_met"
    /// The connection cannot do what was asked with its present settings.
    public static let notConfigured: Self = "not_configured"
    /// Too many attempts, or too many messages, in a short time.
    public static let rateLimited: Self = "rate_limited"
    /// The same person signs in again and again within seconds.
    public static let signInCircle: Self = "sign_in_circle"
    /// The store did not answer; nobody is signed in.
    public static let storeUnavailable: Self = "store_unavailable"
}
