import Broker
import Foundation
import HTTPTypes
import Logging
import SAML
import SAMLProvider
import Synchronization
import XMLSecurity

/// An IdP with its keys, and one connection to it.
struct World {
    static let idp = "https://idp.example/saml"
    static let acs = "https://b.example/vestibule/cb/globex"
    static let sp = acs + "/metadata"

    let clock = TestClock()
    let transport = ScriptedTransport()
    let memory: TestMemory
    let keys: IdPKeys
    let ownKeys: [PrivateKeyHandle]
    let secrets = LoginSecrets(
        state: "STAT3-value", nonce: "N0NCE-value", codeVerifier: "V3RIFIER-value-that-is-long-enough-for-rfc-7636",
        requestID: "_req-1")

    init() throws {
        memory = TestMemory(clock: clock)
        keys = try IdPKeys.shared.get()
        ownKeys = try OwnTestKeys.shared.get()
    }

    var context: ProviderContext {
        ProviderContext(
            callbackURL: URL(string: Self.acs) ?? URL(filePath: "/"), transport: transport, time: clock.source,
            randomness: Randomness { [UInt8](repeating: 7, count: $0) }, keys: ownKeys, memory: memory,
            secrets: SecretResolver { (_: SecretReference) throws(SettingsError) in
                throw SettingsError(at: [], "is not set")
            },
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    func provider(_ change: (inout SAMLProvider.Settings) -> Void = { _ in }) throws -> SAMLProvider {
        var settings = SAMLProvider.Settings(entityID: Self.idp)
        settings.ssoURL = "https://idp.example/sso"
        settings.sloURL = "https://idp.example/slo"
        settings.signingCertificates = [keys.first.certificate]
        change(&settings)
        return try SAMLProvider(id: "globex", settings: settings, context: context)
    }

    func request(_ requirements: AuthenticationRequirements = .none) throws -> LoginRequest {
        LoginRequest(
            callbackURL: context.callbackURL, secrets: secrets, requirements: requirements, reference: "r")
    }

    func pending(
        _ state: LoginState, requestID: String? = nil, requirements: AuthenticationRequirements = .none
    ) -> PendingLogin {
        let sent = LoginSecrets(
            state: secrets.state, nonce: secrets.nonce, codeVerifier: secrets.codeVerifier,
            requestID: requestID ?? secrets.requestID)
        return PendingLogin(
            sent: sent, fresh: secrets, state: state, round: 1, callbackURL: context.callbackURL,
            requirements: requirements, startedAt: clock.now)
    }

    /// A whole login: begin, the IdP's answer, complete.
    func login(
        _ provider: SAMLProvider, requirements: AuthenticationRequirements = .none, requestID: String? = nil,
        message: TestResponse? = nil
    ) async throws -> LoginOutcome {
        let step = try await provider.beginLogin(try request(requirements))
        let response = try (message ?? self.message()).post()
        return try await provider.completeLogin(
            response, resuming: pending(step.state, requestID: requestID, requirements: requirements))
    }

    func message() -> TestResponse { TestResponse(at: clock.now, signer: keys.first) }
}

/// Key pairs of the IdP, made once: an RSA key takes its time.
struct IdPKeys: Sendable {
    struct Pair: Sendable {
        let key: PrivateKey
        let certificate: String
    }

    let first: Pair
    let second: Pair

    static let shared = Result<IdPKeys, any Error> { try IdPKeys(first: pair(), second: pair()) }

    private static func pair() throws -> Pair {
        let key = try PrivateKey(pkcs8: try PrivateKey.generateRSA())
        let certificate = try Certificate.selfSigned(for: key, commonName: "idp")
        return Pair(key: key, certificate: PEM.text(certificate, label: "CERTIFICATE"))
    }
}

/// Keys of the connection, current and next.
enum OwnTestKeys {
    static let shared = Result<[PrivateKeyHandle], any Error> {
        try ["current", "next"].map { id in
            let pkcs8 = try PrivateKey.generateRSA()
            let key = try PrivateKey(pkcs8: pkcs8)
            return PrivateKeyHandle(
                id: id, subjectPublicKeyInfo: Data(key.subjectPublicKeyInfo), pkcs8: Data(pkcs8))
        }
    }
}

/// A Response of the IdP, with a switch for whatever a test needs.
struct TestResponse {
    var at: Timestamp
    var signer: IdPKeys.Pair?
    var responseSigner: IdPKeys.Pair?
    var inResponseTo: String? = "_req-1"
    var destination: String? = World.acs
    var issuer = World.idp
    var audience = World.sp
    var nameID = "gina@globex.example"
    var nameIDFormat: String? = SAMLURI.emailFormat
    var attributes: [(String, [String])] = [("email", ["gina@globex.example"]), ("displayName", ["Gina"])]
    var sessionIndex: String? = "s1"
    var authnInstant: Timestamp?
    var context = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"
    var status = SAMLURI.success
    var secondStatus: String?
    var hasAssertion = true
    var encryptTo: PublicKey?
    var cipher = ContentCipher.aes256GCM

    init(at: Timestamp, signer: IdPKeys.Pair?) {
        self.at = at
        self.signer = signer
    }

    func with(_ change: (inout TestResponse) -> Void) -> TestResponse {
        var changed = self
        change(&changed)
        return changed
    }

    func post() throws -> LoginCallback {
        let body = "SAMLResponse=\(escaped(Base64.encode(try octets())))&RelayState=STAT3-value"
        return try LoginCallback(method: .post, rawQuery: Data(), rawBody: Data(body.utf8))
    }

    func octets() throws -> [UInt8] {
        let response = XMLText(
            "samlp:Response",
            [
                ("xmlns:samlp", SAMLURI.protocolNamespace), ("ID", "_response-1"), ("Version", "2.0"),
                ("IssueInstant", SAMLTime.text(at)), ("Destination", destination), ("InResponseTo", inResponseTo),
            ],
            [
                XMLText("saml:Issuer", [("xmlns:saml", SAMLURI.assertionNamespace)], text: issuer),
                XMLText(
                    "samlp:Status", [],
                    [
                        XMLText(
                            "samlp:StatusCode", [("Value", status)],
                            [secondStatus.map { XMLText("samlp:StatusCode", [("Value", $0)]) }])
                    ]), hasAssertion ? try carried() : nil,
            ])
        guard let responseSigner else { return response.bytes }
        return try SignatureMaker(key: responseSigner.key).sign(response.bytes, id: "_response-1")
    }

    private func carried() throws -> XMLText {
        var octets = assertion.bytes
        if let signer { octets = try SignatureMaker(key: signer.key).sign(octets, id: "_assertion-1") }
        guard let encryptTo else { return XMLText(written: octets) }
        var encryptor = Encryptor(to: encryptTo)
        encryptor.cipher = cipher
        return XMLText(
            "saml:EncryptedAssertion", [("xmlns:saml", SAMLURI.assertionNamespace)], try encryptor.encrypt(octets))
    }

    private var assertion: XMLText {
        XMLText(
            "saml:Assertion",
            [
                ("xmlns:saml", SAMLURI.assertionNamespace), ("ID", "_assertion-1"), ("Version", "2.0"),
                ("IssueInstant", SAMLTime.text(at)),
            ],
            [
                XMLText("saml:Issuer", text: issuer), subject,
                XMLText(
                    "saml:Conditions", [("NotOnOrAfter", SAMLTime.text(at + .seconds(300)))],
                    [XMLText("saml:AudienceRestriction", [], [XMLText("saml:Audience", text: audience)])]), statement,
                attributes.isEmpty ? nil : attributeStatement,
            ])
    }

    private var subject: XMLText {
        XMLText(
            "saml:Subject", [],
            [
                XMLText("saml:NameID", [("Format", nameIDFormat)], text: nameID),
                XMLText(
                    "saml:SubjectConfirmation", [("Method", SAMLURI.bearer)],
                    [
                        XMLText(
                            "saml:SubjectConfirmationData",
                            [
                                ("InResponseTo", inResponseTo), ("Recipient", World.acs),
                                ("NotOnOrAfter", SAMLTime.text(at + .seconds(300))),
                            ])
                    ]),
            ])
    }

    private var statement: XMLText {
        XMLText(
            "saml:AuthnStatement",
            [("AuthnInstant", SAMLTime.text(authnInstant ?? at)), ("SessionIndex", sessionIndex)],
            [XMLText("saml:AuthnContext", [], [XMLText("saml:AuthnContextClassRef", text: context)])])
    }

    private var attributeStatement: XMLText {
        XMLText(
            "saml:AttributeStatement", [],
            attributes.map { name, values in
                XMLText("saml:Attribute", [("Name", name)], values.map { XMLText("saml:AttributeValue", text: $0) })
            })
    }
}

func escaped(_ text: String) -> String {
    text.replacing("+", with: "%2B").replacing("/", with: "%2F").replacing("=", with: "%3D")
}
