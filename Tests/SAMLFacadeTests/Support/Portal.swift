import Broker
import BrokerEngine
import BrokerModel
import Foundation
import SAML
import Testing
import XMLSecurity

@testable import SAMLFacade

/// The site's JSM as an SP: it asks, reads answers with the strict reader, and signs what it is told to.
struct Portal: Sendable {
    static let entityID = "https://jira.example/sp"
    static let acs = "https://jira.example/acs?connection=saml-1"
    static let slo = "https://jira.example/slo"

    /// What the operator configured of it.
    var configured: [String: SettingsValue] = [
        "entityID": .string(entityID), "acsURL": .string(acs), "logoutURL": .string(slo),
    ]
    /// Which organizations the site admits; all where none is named.
    var admits: [OrganizationID] = []
    let key: PrivateKey
    /// A key that nobody configured.
    let other: PrivateKey

    private static let keys = Result {
        (try PrivateKey(pkcs8: PrivateKey.generateRSA()), try PrivateKey(pkcs8: PrivateKey.generateRSA()))
    }

    init() throws { (key, other) = try Self.keys.get() }

    var settings: SettingsValue { .object(configured) }

    /// The certificate of a key, as an operator pastes it.
    static func certificate(of key: PrivateKey) throws -> String {
        PEM.text(try Certificate.selfSigned(for: key, commonName: "jira.example"), label: "CERTIFICATE")
    }

    /// Lets the broker know the SP's key.
    mutating func signs() throws { configured["certificates"] = .array([.string(try Self.certificate(of: key))]) }

    /// Lets the broker encrypt to the SP's key.
    mutating func decrypts() throws { configured["encryptTo"] = .string(try Self.certificate(of: key)) }

    // MARK: Asking

    func request(
        at now: Timestamp, id: String = "_q1", _ change: (inout AuthnRequest) -> Void = { _ in }
    ) -> AuthnRequest {
        var request = AuthnRequest(
            id: id, issueInstant: now, destination: "\(Installation.root)/sso", acsURL: Self.acs, issuer: Self.entityID)
        change(&request)
        return request
    }

    /// A message as it arrives at a route.
    static func arrival(
        _ message: OutboundMessage, at route: String = "sso",
        by binding: IdentityProviderDescription.Binding = .redirect, signedBy key: PrivateKey? = nil
    ) throws -> FacadeRequest {
        let delivery = try message.delivery(
            by: binding, to: "\(Installation.root)/\(route)", signedBy: key.map { MessageSigner(key: $0) })
        switch delivery {
        case .redirect(let url):
            return FacadeRequest(method: .get, route: route, query: try #require(url.query(percentEncoded: true)))
        case .formPost(_, let fields): return Self.post(fields, to: route)
        }
    }

    static func post(_ fields: [FormParameter], to route: String) -> FacadeRequest {
        FacadeRequest(
            method: .post, route: route, body: Form.body(fields), contentType: "application/x-www-form-urlencoded")
    }

    // MARK: Reading

    /// What was posted to the ACS.
    struct Posted {
        let octets: [UInt8]
        let relayState: String?
    }

    static func posted(_ response: FacadeResponse) throws -> Posted {
        guard case .step(.formPost(let url, let fields), _) = response else {
            throw Unexpected("a form, got \(response)")
        }
        #expect(url.absoluteString == acs)
        let values = Dictionary(uniqueKeysWithValues: fields.map { ($0.name, $0.value) })
        #expect(Set(values.keys).isSubset(of: ["SAMLResponse", "RelayState"]))
        return Posted(
            octets: try Base64.decode(Array(#require(values["SAMLResponse"]).utf8)), relayState: values["RelayState"])
    }

    /// The strict reader of an SP, which knows the IdP by its metadata.
    func outcome(
        of octets: [UInt8], idp: IdentityProviderDescription, requires: SignatureRequirement = .both
    ) throws -> ResponseReader.Outcome {
        let reader = ResponseReader(
            keys: idp.signingKeys.map(\.key), decryptionKeys: [key],
            policy: ResponsePolicy(requires: requires, signature: .standard, encryption: .standard))
        return try reader.read(octets)
    }

    func expectations(at now: Timestamp, id: String = "_q1") -> ResponseExpectations {
        ResponseExpectations(
            idpEntityID: "\(Installation.root)/metadata", spEntityID: Self.entityID, acsURL: Self.acs, requestID: id,
            now: now)
    }
}

extension Installation {
    /// The IdP as its metadata describes it.
    func idp() async throws -> IdentityProviderDescription {
        let response = try await send(FacadeRequest(method: .get, route: "metadata"))
        guard case .document(let document, nil) = response else { throw Unexpected("a document, got \(response)") }
        return try MetadataReader(entityID: "\(Self.root)/metadata", now: clock.now).read(Array(document.body))
    }

    /// What an SP makes of an answer, once every one of its checks has passed.
    func content(
        of response: FacadeResponse, id: String = "_q1", requires: SignatureRequirement = .both,
        _ change: (inout ResponseExpectations) -> Void = { _ in }
    ) async throws -> AssertionContent {
        let octets = try Portal.posted(response).octets
        guard case .verified(let message) = try await portal.outcome(of: octets, idp: idp(), requires: requires) else {
            throw Unexpected("an assertion")
        }
        var expected = portal.expectations(at: clock.now, id: id)
        change(&expected)
        try ResponseCheck.run(on: message, expecting: expected)
        return try AssertionContent(message, skew: expected.skew)
    }

    /// The status codes of an answer that tells of nobody, and what is recorded of it.
    func failure(of response: FacadeResponse, id: String = "_q1") async throws -> (codes: [String], FacadeError.Code?) {
        guard case .step(_, let refusal) = response,
            case .failed(let failed) = try await portal.outcome(of: Portal.posted(response).octets, idp: idp())
        else { throw Unexpected("a failure") }
        try failed.check(expecting: portal.expectations(at: clock.now, id: id))
        return (failed.status.codes, refusal?.code)
    }

    /// A request as it arrives by redirect, unsigned unless said.
    func arrival(
        id: String = "_q1", relayState: String? = nil, by binding: IdentityProviderDescription.Binding = .redirect,
        signedBy key: PrivateKey? = nil, _ change: (inout AuthnRequest) -> Void = { _ in }
    ) throws -> FacadeRequest {
        try Portal.arrival(
            portal.request(at: clock.now, id: id, change).message(relayState: relayState.map { try RelayState($0) }),
            by: binding, signedBy: key)
    }

    /// What a facade wants to be signed in for.
    func signIn(of response: FacadeResponse) throws -> FacadeSignIn {
        guard case .signIn(let signIn) = response else { throw Unexpected("a sign-in, got \(response)") }
        return signIn
    }

    /// The way back after a sign-in.
    func resume(_ signIn: FacadeSignIn) throws -> FacadeRequest {
        let parts = signIn.resume.split(separator: "?", maxSplits: 1).map(String.init)
        try #require(parts.count == 2 && parts[0] == "resume")
        return FacadeRequest(method: .get, route: parts[0], query: parts[1])
    }
}
