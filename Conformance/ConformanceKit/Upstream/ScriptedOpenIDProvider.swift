public import Broker
import Foundation
import HTTPTypes
import Synchronization

/// An honest OpenID Provider in memory: discovery, JWKS, authorization, token endpoint, UserInfo, end of session and
/// revocation, all of one shape; changes make it dishonest.
public final class ScriptedOpenIDProvider: ScriptedUpstream {
    struct Grant: Sendable {
        var facts: TokenFacts
        var redirectURI: String
        var challenge: String
    }

    struct State: Sendable {
        var changes: [OpenIDChange]
        var codes: [String: Grant] = [:]
        var refreshTokens: [String: TokenFacts] = [:]
        var accessTokens: [String: TokenFacts] = [:]
        var revoked: [String] = []
        var marks: [String] = []
        var count = 0
        var refresh = KitRefresh.same
        var last: TokenFacts?
        var idToken: String?
    }

    /// What it looks like.
    public let shape: OpenIDShape
    let bench: KitBench
    let key: KitKey
    let otherKey: KitKey
    let state: Mutex<State>

    /// An OP whose answers stand on the bench's transport.
    public init(_ bench: KitBench, _ shape: OpenIDShape, _ changes: [OpenIDChange] = []) throws(KitFailure) {
        self.bench = bench
        self.shape = shape
        key = try KitKey("op", algorithm: shape.algorithm, kid: shape.keyID)
        otherKey = try KitKey("other", algorithm: shape.algorithm, kid: shape.keyID)
        state = Mutex(State(changes: changes))
        attach()
    }

    /// What it does other than an honest one, from now on.
    public func change(_ changes: [OpenIDChange]) { state.withLock { $0.changes = changes } }

    /// What was given away.
    public var marks: [String] { state.withLock { $0.marks } }

    /// The ID token that was given last.
    public var idToken: String? { state.withLock { $0.idToken } }

    /// Tokens that were revoked at the revocation endpoint.
    public var revoked: [String] { state.withLock { $0.revoked } }

    /// How refresh tokens are answered from now on.
    public func setRefresh(_ behaviour: KitRefresh) { state.withLock { $0.refresh = behaviour } }

    func changes() -> [OpenIDChange] { state.withLock { $0.changes } }

    // MARK: The browser

    /// Signs a person in and sends the browser back.
    public func visit(_ action: LoginStep.Action, _ visit: KitVisit) async throws(KitFailure) -> KitArrival {
        let request = try AuthorizationVisit(action, at: shape.authorizationEndpoint)
        try request.check(clientID: shape.clientID, callbackURL: bench.callbackURL.absoluteString)
        let method: LoginCallback.Method = request["response_mode"] == "form_post" || shape.postsBack ? .post : .get
        var answer = KitArrival(method, [("state", request["state"] ?? "")])
        if shape.sendsIssuer { answer["iss"] = shape.issuer }
        switch visit.deed {
        case .isRefused: answer["error"] = "access_denied"
        case .signsIn: answer["code"] = try grant(visit.person, request)
        }
        return answer
    }

    private func grant(_ person: KitPerson, _ request: AuthorizationVisit) throws(KitFailure) -> String {
        let (redirectURI, challenge) = (request["redirect_uri"] ?? "", request["code_challenge"] ?? "")
        let facts = facts(person, nonce: request["nonce"], scopes: request.scopes)
        return state.withLock { state in
            state.count += 1
            let code = "C0DE-\(state.count)-\(challenge.prefix(8))"
            state.codes[code] = Grant(facts: facts, redirectURI: redirectURI, challenge: challenge)
            state.marks.append(code)
            return code
        }
    }

    func facts(_ person: KitPerson, nonce: String?, scopes: [String]) -> TokenFacts {
        TokenFacts(
            person: person, now: bench.clock.now, clientID: shape.clientID, issuer: shape.issuer,
            subject: shape.subject(person), nonce: nonce, sessionID: "sid-\(person.name)", scopes: scopes)
    }
}

/// An authorization request as the OP reads it.
struct AuthorizationVisit {
    private let parameters: CallbackParameters

    init(_ action: LoginStep.Action, at endpoint: String) throws(KitFailure) {
        guard case .redirect(let url) = action else { throw KitFailure("the login begins with no redirect") }
        let query = url.query() ?? ""
        let place = query.isEmpty ? url.absoluteString : String(url.absoluteString.dropLast(query.utf8.count + 1))
        let (expected, fixed) = Self.parts(endpoint)
        try require(place == expected, "the browser is sent to \(place), the OP's endpoint is \(expected)")
        for pair in fixed { try require(query.contains(pair), "the endpoint's own parameter \(pair) is lost") }
        do throws(LoginError) {
            parameters = try CallbackParameters(formEncoded: Data(query.utf8))
        } catch {
            throw KitFailure("the authorization request cannot be read: \(error.detail)")
        }
    }

    private static func parts(_ endpoint: String) -> (String, [String]) {
        let parts = endpoint.split(separator: "?", maxSplits: 1).map(String.init)
        return (parts.first ?? endpoint, parts.count == 2 ? parts[1].split(separator: "&").map(String.init) : [])
    }

    subscript(name: String) -> String? { parameters[name] }

    var scopes: [String] { (parameters["scope"] ?? "").split(separator: " ").map(String.init) }

    func check(clientID: String, callbackURL: String) throws(KitFailure) {
        try require(self["response_type"] == "code", "response_type is \(self["response_type"] ?? "absent"), not code")
        try require(self["client_id"] == clientID, "client_id is \(self["client_id"] ?? "absent")")
        try require(
            self["redirect_uri"] == callbackURL, "redirect_uri is \(self["redirect_uri"] ?? "absent"), not the callback"
        )
        try require(self["state"]?.isEmpty == false, "state is absent")
        try require(self["code_challenge_method"] == "S256", "code_challenge_method is not S256")
        try require(self["code_challenge"]?.utf8.count == 43, "code_challenge is not the hash of a verifier")
    }
}
