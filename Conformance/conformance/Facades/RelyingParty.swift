// SPDX-License-Identifier: Apache-2.0

import Broker
import BrokerModel
import Foundation
import JOSE

/// An OpenID Connect client as Jira has one: code flow, and nothing of ours but what the wire says.
struct RelyingParty: Sendable {
    static let clientID = "jsm"
    static let redirectURI = "https://jsm.example/cb"
    static let afterLogout = "https://jsm.example/bye"
    static let settings = SettingsValue.object([
        "clientID": .string(clientID), "clientSecret": .string("env:CONFORMANCE"),
        "redirectURIs": .array([.string(redirectURI)]), "postLogoutRedirectURIs": .array([.string(afterLogout)]),
        "groups": .object(["claim": .string("groups"), "prefix": .string("customer-${organization}:")]),
    ])
    static let publicSettings = SettingsValue.object([
        "clientID": .string(clientID), "clientAuthentication": .string("none"),
        "redirectURIs": .array([.string(redirectURI)]),
    ])

    let world: World
    let site: SiteID

    var issuer: String { "\(world.broker.origin)/vestibule/openid/\(site)" }

    // MARK: Asking

    /// The parameters of an ordinary request; a change to nil leaves one out.
    func parameters(_ changes: [String: String?] = [:]) -> [(String, String)] {
        var values: [String: String] = [
            "client_id": Self.clientID, "redirect_uri": Self.redirectURI, "response_type": "code",
            "scope": "openid profile email groups", "state": "state-1", "nonce": "nonce-1",
        ]
        for (name, value) in changes { values[name] = value }
        return values.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    func authorizeURL(_ changes: [String: String?] = [:]) -> String {
        "\(issuer)/authorize?" + parameters(changes).map { "\($0.0)=\(Browser.encoded($0.1))" }.joined(separator: "&")
    }

    /// One request, and everything up to where the browser leaves us and the IdP, or stops at a page.
    func ask(_ browser: Browser, _ changes: [String: String?] = [:]) async throws -> Page {
        try await walk(browser.open(authorizeURL(changes)), browser)
    }

    func walk(_ page: Page, _ browser: Browser) async throws -> Page {
        let pages = try await browser.follow(page) { ["portal.localhost", "idp.localhost"].contains($0.host() ?? "") }
        pages.forEach { world.seen.add($0) }
        return pages[pages.count - 1]
    }

    /// What came back at the redirect URI.
    func answer(_ page: Page) throws -> [String: String] {
        let url = try unwrap(
            page.location, "no redirect: \(page.status) \(page.url.path()) \(page.errorCode ?? "")")
        try require(url.absoluteString.hasPrefix(Self.redirectURI + "?"), "went to \(url.host() ?? "-")\(url.path())")
        let items = URLComponents(url: url, resolvingAgainstBaseURL: false)?.queryItems ?? []
        return Dictionary(items.map { ($0.name, $0.value ?? "") }) { first, _ in first }
    }

    /// A whole sign-in, from a browser that may know nothing yet.
    func code(
        _ browser: Browser, as email: String = "alice@acme.example", _ changes: [String: String?] = [:]
    ) async throws -> String {
        let answer = try answer(await ask(browser, ["login_hint": email].merging(changes) { $1 }))
        try require(answer["iss"] == issuer, "iss is \(answer["iss"] ?? "absent")")
        let code = try unwrap(answer["code"], "no code: \(answer["error"] ?? "nothing")")
        world.seen.add(secret: code)
        return code
    }

    // MARK: Redeeming

    func redeem(
        _ code: String, _ changes: [String: String?] = [:], authorization: String? = basic()
    ) async throws -> Page {
        var form = ["grant_type": "authorization_code", "code": code, "redirect_uri": Self.redirectURI]
        for (name, value) in changes { form[name] = value }
        let body = form.map { "\($0.key)=\(Browser.encoded($0.value))" }.joined(separator: "&")
        var headers = [("Content-Type", "application/x-www-form-urlencoded")]
        if let authorization { headers.append(("Authorization", authorization)) }
        return try await world.browser().send("POST", "\(issuer)/token", headers: headers, body: body)
    }

    static func basic(_ secret: String = World.clientSecret, client: String = clientID) -> String {
        "Basic " + Data("\(client):\(secret)".utf8).base64EncodedString()
    }

    struct Tokens: Sendable {
        var access: String
        var id: String
        var claims: JSONObject
    }

    /// A redeemed code, its ID token verified as a client would.
    func tokens(_ code: String, _ changes: [String: String?] = [:], nonce: String? = "nonce-1") async throws -> Tokens {
        let page = try await redeem(code, changes)
        try require(page.status == 200, "the token endpoint answered \(page.status) \(error(page) ?? "")")
        try require(page.values("Cache-Control").contains("no-store"), "the tokens may be cached")
        let body = try JSONObject.parse(Array(page.body.utf8))
        let tokens = Tokens(
            access: try unwrap(body.string("access_token"), "no access token"),
            id: try unwrap(body.string("id_token"), "no ID token"), claims: [:])
        world.seen.add(secret: tokens.access)
        world.seen.add(secret: tokens.id)
        try require(body.string("token_type") == "Bearer", "token_type is not Bearer")
        let claims = try await claims(of: tokens.id)
        try require(claims.string("nonce") == nonce, "nonce is \(claims.string("nonce") ?? "absent")")
        return Tokens(access: tokens.access, id: tokens.id, claims: claims)
    }

    /// The claims of an ID token that verifies with the published keys (Core 3.1.3.7).
    func claims(of token: String) async throws -> JSONObject {
        let published = try await world.browser().open("\(issuer)/jwks", accept: "application/json")
        let keys = try JWKSet.parse(Array(published.body.utf8)).keys
        let verifier = JWSVerifier(keys: keys, algorithms: [.rs256], kidPolicy: .required)
        let claims = try JWT.verify(token, with: verifier, types: AllowedTypes(["JWT"])).claims
        let now = world.broker.clock.now.seconds
        try require(claims.string("iss") == issuer, "iss")
        try require(claims.string("aud") == Self.clientID, "aud")
        try require((claims.int64("exp") ?? 0) > now && (claims.int64("iat") ?? .max) <= now + 5, "times")
        try require(claims.string("sub")?.isEmpty == false, "no sub")
        return claims
    }

    func error(_ page: Page) -> String? {
        (try? JSONObject.parse(Array(page.body.utf8)))?.string("error")
    }

    // MARK: UserInfo

    func userInfo(_ token: String, method: String = "GET", inBody: Bool = false) async throws -> Page {
        if inBody {
            return try await world.browser().post("\(issuer)/userinfo", form: [("access_token", token)])
        }
        return try await world.browser().send(
            method, "\(issuer)/userinfo", headers: [("Authorization", "Bearer \(token)")])
    }
}
