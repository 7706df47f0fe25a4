import Broker
import BrokerEngine
import SAML

/// What an AuthnRequest is held against: all of it is ours.
struct SignOnExpectations: Sendable, Hashable {
    /// The SP's entityID.
    var entityID: String
    /// Its ACS.
    var acsURL: String
    /// The present moment.
    var now: Timestamp
    /// How far the SP's clock may be from ours, both ways.
    var skew: Duration
    /// How long a request may be under way.
    var window: Duration = .seconds(600)
}

/// One check of one rule on an AuthnRequest, as a value, so that a run can drop one and see a test fail.
struct SignOnCheck: Sendable {
    /// The check's name.
    let name: String
    /// The clause that it enforces.
    let clause: String
    let run: @Sendable (AuthnRequest, SignOnExpectations) throws(FacadeError) -> Void

    private init(
        _ name: String, clause: String,
        run:
            @escaping @Sendable (
                _ request: AuthnRequest, _ expected: SignOnExpectations
            ) throws(FacadeError) -> Void
    ) {
        self.name = name
        self.clause = clause
        self.run = run
    }

    /// Every check, in order.
    static let all: [SignOnCheck] = [.issuer, .acs, .issuedInFuture, .age, .size]

    /// SAML Profiles 4.1.4.1: the issuer is the registered SP, octet for octet; anybody else would be told who the person
    /// is.
    static let issuer = SignOnCheck("issuer", clause: "SAML Profiles 4.1.4.1") {
        (request, expected) throws(FacadeError) in
        guard request.issuer.isSameText(as: expected.entityID) else {
            throw FacadeError(
                .clientUnknown, detail: "Issuer is not the entityID of the site", rule: "issuer_mismatch")
        }
    }

    /// SAML Profiles 4.1.4.1, SAML2Int IDP06: the answer goes to the registered ACS, octet for octet, or nowhere (M50).
    static let acs = SignOnCheck("acs", clause: "SAML Profiles 4.1.4.1, SAML2Int IDP06") {
        (request, expected) throws(FacadeError) in
        guard let wanted = request.acsURL else { return }
        guard wanted.isSameText(as: expected.acsURL) else {
            throw FacadeError(
                .redirectURIMismatch, detail: "AssertionConsumerServiceURL is not the acsURL of the site",
                rule: "acs_mismatch")
        }
    }

    /// SAML Core 3.2.1: a request from the future would live longer than its identifier is remembered.
    static let issuedInFuture = SignOnCheck("issuedInFuture", clause: "SAML Core 3.2.1") {
        (request, expected) throws(FacadeError) in
        guard request.issueInstant <= expected.now + expected.skew else {
            throw FacadeError(
                .messageRefused, detail: "IssueInstant is in the future", rule: "request_issued_in_future")
        }
    }

    /// SAML Core 3.2.1: a request that was found later is nobody's wish any more.
    static let age = SignOnCheck("age", clause: "SAML Core 3.2.1") { (request, expected) throws(FacadeError) in
        guard expected.now < request.issueInstant + expected.window + expected.skew else {
            throw FacadeError(.messageRefused, detail: "IssueInstant is too long ago", rule: "request_too_old")
        }
    }

    /// SAML2Int G02: what is kept for anybody who asks is small.
    static let size = SignOnCheck("size", clause: "SAML2Int G02") { (request, _) throws(FacadeError) in
        let classes = request.contextClasses
        guard request.id.utf8.count <= 256, classes.count <= 16, classes.allSatisfy({ $0.utf8.count <= 256 }) else {
            throw FacadeError(
                .messageRefused, detail: "ID or RequestedAuthnContext is longer than anybody's",
                rule: "request_too_large")
        }
    }
}
