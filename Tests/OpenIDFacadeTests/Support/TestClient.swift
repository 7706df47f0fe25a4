import Broker
import BrokerEngine
import Foundation
import HTTPTypes
import JOSE
import OpenIDConnect
import Testing

/// What came to the redirect URI.
struct Arrived: Sendable {
    var address: String
    var parameters: [String: String]
    /// Whether it was posted.
    var isPosted = false
    /// What was recorded with it.
    var refusal: FacadeError?

    subscript(name: String) -> String? { parameters[name] }
}

/// Tokens that our own relying party's rules took.
struct Redeemed: Sendable {
    var accessToken: String
    var rawIDToken: String
    var idToken: IDToken
    var scope: String?
}

/// A JSM as OpenID client: it asks, redeems and verifies as `OpenIDConnect`'s relying party does.
struct TestClient: Sendable {
    let installation: TestInstallation
    var address = TestInstallation.portal
    var id = "jira"
    var authentication = ClientAuthentication.basic(Secret(TestInstallation.secret))
    let secrets = LoginSecrets(
        state: "state-of-the-round", nonce: "nonce-of-the-round",
        codeVerifier: "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", requestID: "_r")

    var issuer: String { "\(TestInstallation.publicURL)/\(address)" }

    // MARK: Asking

    /// The parameters of a request for a code, some of them changed or, where nil, left out.
    func request(_ changes: [String: String?] = [:]) throws -> [(String, String)] {
        let request = AuthorizationRequest(
            clientID: id, redirectURI: try url(TestInstallation.callback), secrets: secrets,
            scopes: ["openid", "profile", "email"])
        let standard = request.parameters.filter { changes[$0.0] == nil }
        return standard + changes.compactMap { name, value in value.map { (name, $0) } }.sorted { $0.0 < $1.0 }
    }

    func authorize(
        _ changes: [String: String?] = [:], in browser: TestBrowser
    ) async throws -> FacadeResponse {
        try await installation.send("authorize", query: try request(changes), at: address, handle: browser.handle)
    }

    /// Asks, signs in if asked to, and comes back.
    func arrive(
        _ changes: [String: String?] = [:], in browser: TestBrowser, as said: Said = Said()
    ) async throws -> Arrived {
        var response = try await authorize(changes, in: browser)
        if case .signIn(let signIn) = response {
            response = try await browser.signIn(signIn, as: said, at: installation)
        }
        return try arrived(response)
    }

    func arrived(_ response: FacadeResponse) throws -> Arrived {
        guard case .step(let step, let refusal) = response else { throw Unexpected("a step, got \(response)") }
        switch step {
        case .formPost(let url, let fields):
            return Arrived(
                address: url.absoluteString,
                parameters: Dictionary(uniqueKeysWithValues: fields.map { ($0.name, $0.value) }), isPosted: true,
                refusal: refusal)
        case .redirect(let url):
            let query = try CallbackParameters(formEncoded: Data((url.query(percentEncoded: true) ?? "").utf8))
            let address = url.absoluteString.prefix { $0 != "?" }
            let pairs = query.names.map { ($0, query[$0] ?? "") }
            return Arrived(
                address: String(address), parameters: Dictionary(uniqueKeysWithValues: pairs), refusal: refusal)
        }
    }

    // MARK: Redeeming

    func redeem(
        _ code: String, redirectURI: String = TestInstallation.callback, verifier: String? = nil,
        extra: [(String, String)] = []
    ) async throws -> FacadeDocument {
        let request = TokenRequest.redeeming(
            code: Secret(code), redirectURI: try url(redirectURI), codeVerifier: verifier ?? secrets.codeVerifier)
        let sent = request.request(
            at: try url("\(issuer)/token"), clientID: id, authentication: authentication)
        var body = sent.body ?? Data()
        if !extra.isEmpty { body += Data(("&" + TestInstallation.encoded(extra)).utf8) }
        return try document(
            try await installation.answer(
                FacadeRequest(
                    method: .post, route: "token", body: body, contentType: "application/x-www-form-urlencoded",
                    authorization: sent.headerFields[.authorization].map { Secret($0) }), at: address))
    }

    /// Redeems and verifies by every rule of a strict client.
    func tokens(
        _ code: String, nonce: String? = "nonce-of-the-round", maximumAge: Duration? = nil
    ) async throws -> Redeemed {
        let document = try await redeem(code)
        let response = try TokenResponse.process(
            OutboundResponse(
                status: .init(code: document.status), headerFields: [.contentType: document.contentType],
                body: document.body))
        let raw = try #require(response.idToken).reveal()
        let idToken = try await verify(raw, nonce: nonce, accessToken: response.accessToken, maximumAge: maximumAge)
        return Redeemed(
            accessToken: response.accessToken.reveal(), rawIDToken: raw, idToken: idToken,
            scope: try JSONObject.parse(document.body).string("scope"))
    }

    func verify(
        _ token: String, nonce: String?, accessToken: Secret<String>? = nil, maximumAge: Duration? = nil
    ) async throws -> IDToken {
        try IDTokenVerifier(algorithms: [.rs256]).verify(
            token, keys: try await keys(),
            expecting: TokenExpectations(
                issuer: issuer, clientID: id, nonce: nonce, now: installation.clock.now, accessToken: accessToken,
                maximumAge: maximumAge))
    }

    /// The claims of a token that was verified before.
    static func claims(in token: String) throws -> JSONObject {
        let parts = token.split(separator: ".").map(String.init)
        guard parts.count == 3 else { throw Unexpected("a token") }
        return try JSONObject.parse(try Base64URL.decode(parts[1]))
    }

    func keys() async throws -> JWKSet {
        try JWKSet.parse(try document(try await installation.send("jwks", at: address)).body)
    }

    /// The whole of it.
    func signIn(
        _ changes: [String: String?] = [:], in browser: TestBrowser, as said: Said = Said()
    ) async throws -> Redeemed {
        let arrived = try await arrive(changes, in: browser, as: said)
        let code = try #require(arrived["code"], "\(arrived.parameters)")
        let nonce = changes["nonce"] == nil ? secrets.nonce : (changes["nonce"] ?? nil)
        return try await tokens(code, nonce: nonce)
    }

    // MARK: UserInfo

    func userInfo(_ token: String) async throws -> FacadeDocument {
        try document(try await installation.send("userinfo", at: address, authorization: "Bearer \(token)"))
    }

    func claims(_ token: String) async throws -> JSONObject {
        let document = try await userInfo(token)
        guard document.status == 200 else { throw Unexpected("claims, got \(document.status)") }
        return try JSONObject.parse(document.body)
    }

    // MARK: Reading

    func document(_ response: FacadeResponse) throws -> FacadeDocument {
        guard case .document(let document, _) = response else { throw Unexpected("a document, got \(response)") }
        return document
    }

    func url(_ text: String) throws -> URL { try #require(URL(string: text)) }
}

extension FacadeDocument {
    /// `error` of a JSON document.
    var error: String? { (try? JSONObject.parse(body))?.string("error") }
}
