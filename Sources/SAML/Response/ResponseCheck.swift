package import Broker
import XMLSecurity

/// What a Response is held against.
///
/// All of it is ours: the engine's record of the request and the connection's configuration. Nothing comes from the
/// message or the browser.
package struct ResponseExpectations: Sendable, Hashable {
    /// The IdP that the request was sent to.
    package var idpEntityID: String
    /// Our name at that IdP.
    package var spEntityID: String
    /// The ACS that the message was posted to, and that the request asked for.
    package var acsURL: String
    /// The ID of our AuthnRequest; nil for a message that nobody asked for.
    package var requestID: String?
    /// The present moment.
    package var now: Timestamp
    /// How far the IdP's clock may be from ours, both ways (SAML deployment profile G01).
    package var skew: Duration
    /// The earliest moment at which the person may have signed in, where a fresh sign-in was asked for.
    package var authenticatedSince: Timestamp?
    /// Accepted authentication context classes; empty accepts any.
    package var contextClasses: [String]

    /// Expectations.
    package init(
        idpEntityID: String, spEntityID: String, acsURL: String, requestID: String?, now: Timestamp,
        skew: Duration = .seconds(180), authenticatedSince: Timestamp? = nil, contextClasses: [String] = []
    ) {
        self.idpEntityID = idpEntityID
        self.spEntityID = spEntityID
        self.acsURL = acsURL
        self.requestID = requestID
        self.now = now
        self.skew = skew
        self.authenticatedSince = authenticatedSince
        self.contextClasses = contextClasses
    }
}

/// One check of one rule, as a value, so that a run can drop one and see a test fail.
package struct ResponseCheck: Sendable {
    /// The check's name.
    package let name: String
    /// The clause that it enforces.
    package let clause: String
    /// The id of the rule in the threat model.
    package let rule: String
    let run: @Sendable (VerifiedResponse, ResponseExpectations) throws(SAMLError) -> Void

    init(
        _ name: String, clause: String, rule: String,
        run:
            @escaping @Sendable (
                _ message: VerifiedResponse, _ expected: ResponseExpectations
            ) throws(SAMLError) -> Void
    ) {
        self.name = name
        self.clause = clause
        self.rule = rule
        self.run = run
    }

    /// Every check, in order.
    package static let all: [ResponseCheck] = [
        .version, .issuer, .destination, .inResponseTo, .issueInstant, .conditionsTime, .audience,
        .unknownCondition, .proxyRestriction, .recipient, .confirmationRequest, .confirmationTime, .authnInstant,
        .sessionEnd, .contextClass,
    ]

    /// Runs checks in order; the first that refuses ends it.
    package static func run(
        _ checks: [ResponseCheck] = all, on message: VerifiedResponse, expecting expected: ResponseExpectations
    ) throws(SAMLError) {
        for check in checks { try check.run(message, expected) }
    }
}

// MARK: What the checks share

extension VerifiedResponse {
    var conditionsElement: XMLElement? { assertion.first(.conditions) }

    /// The one bearer confirmation; with two, each could satisfy half of the rules.
    var bearerData: XMLElement? {
        let bearers =
            assertion.first(.subject)?.children(.subjectConfirmation)
            .filter { $0.attribute("Method", is: SAMLURI.bearer) } ?? []
        return bearers.count == 1 ? bearers[0].first(.subjectConfirmationData) : nil
    }

    var authnStatementElement: XMLElement? { assertion.only(.authnStatement) }
}

extension XMLElement {
    /// A time in an attribute: absent, readable, or neither.
    func time(_ name: StaticString) throws(SAMLError) -> Timestamp? {
        guard let text = attribute(name) else { return nil }
        guard let time = SAMLTime.parse(text) else {
            throw SAMLError("time_malformed", "\(name) of \(localName) is no xs:dateTime in UTC")
        }
        return time
    }
}
