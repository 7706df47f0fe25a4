package import Broker
import XMLSecurity

/// What a logout message is held against.
///
/// All of it is ours; nothing comes from the message or the browser.
package struct LogoutExpectations: Sendable, Hashable {
    /// The entityID of the other side: for an SP, the connection's IdP.
    package var issuer: String
    /// The endpoint of ours that the message came to, octet for octet as published.
    package var endpoint: String
    /// The ID of our LogoutRequest, for its answer.
    package var requestID: String?
    /// The present moment.
    package var now: Timestamp
    /// How far the IdP's clock may be from ours, both ways (SAML deployment profile G01).
    package var skew: Duration
    /// How long a message may be under way: the time that a browser takes, and some.
    package var window: Duration

    /// Expectations.
    package init(
        issuer: String, endpoint: String, requestID: String? = nil, now: Timestamp, skew: Duration = .seconds(180),
        window: Duration = .seconds(300)
    ) {
        self.issuer = issuer
        self.endpoint = endpoint
        self.requestID = requestID
        self.now = now
        self.skew = skew
        self.window = window
    }
}

/// One check of one rule on a logout message, as a value, so that a run can drop one and see a test fail.
package struct LogoutCheck: Sendable {
    /// The check's name.
    package let name: String
    /// The clause that it enforces.
    package let clause: String
    /// The id of the rule in the threat model.
    package let rule: String
    let run: @Sendable (XMLElement, LogoutExpectations) throws(SAMLError) -> Void

    init(
        _ name: String, clause: String, rule: String = "M26",
        run:
            @escaping @Sendable (
                _ message: XMLElement, _ expected: LogoutExpectations
            ) throws(SAMLError) -> Void
    ) {
        self.name = name
        self.clause = clause
        self.rule = rule
        self.run = run
    }

    /// Every check of a LogoutRequest, in order.
    package static let request: [LogoutCheck] = [
        .issuer, .destination, .issuedInFuture, .age, .notOnOrAfter,
    ]

    /// Every check of a LogoutResponse, in order.
    package static let response: [LogoutCheck] = [
        .issuer, .destination, .issuedInFuture, .age, .inResponseTo,
    ]
}
