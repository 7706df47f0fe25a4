import Broker
import Foundation
import JOSE
import OpenIDConnect
import Testing

@Suite struct AuthorizationChecksTests {
    static let onPage: [Hostile] = [
        .init("no client", "client id", .unknownClient) { $0["client_id"] = nil },
        .init("an empty client", "client id", .unknownClient) { $0["client_id"] = "" },
        .init("another client", "client id", .unknownClient) { $0["client_id"] = "confluence" },
        .init("the client in other letters", "client id", .unknownClient) { $0["client_id"] = "Jira" },
        .init("no redirect URI", "redirect URI", .redirectURIMismatch) { $0["redirect_uri"] = nil },
        .init("a foreign redirect URI", "redirect URI", .redirectURIMismatch) {
            $0["redirect_uri"] = "https://evil.example/callback"
        },
        .init("a path behind it", "redirect URI", .redirectURIMismatch) { $0["redirect_uri"] = Portal.callback + "/x" },
        .init("a query behind it", "redirect URI", .redirectURIMismatch) {
            $0["redirect_uri"] = Portal.callback + "?a=b"
        },
        .init("a fragment behind it", "redirect URI", .redirectURIMismatch) {
            $0["redirect_uri"] = Portal.callback + "#"
        },
        .init("its host in capitals", "redirect URI", .redirectURIMismatch) {
            $0["redirect_uri"] = "https://JIRA.example/callback"
        },
        .init("its default port", "redirect URI", .redirectURIMismatch) {
            $0["redirect_uri"] = "https://jira.example:443/callback"
        },
        .init("dots in its path", "redirect URI", .redirectURIMismatch) {
            $0["redirect_uri"] = "https://jira.example/x/../callback"
        },
        .init("the query of the other one changed", "redirect URI", .redirectURIMismatch) {
            $0["redirect_uri"] = "https://jira.example/other?a=c"
        },
        .init("a state that is too long", "state", .malformedRequest) {
            $0["state"] = String(repeating: "s", count: 1025)
        },
        .init("a line end in the state", "state", .malformedRequest) { $0["state"] = "a\r\nb" },
    ]

    @Test(arguments: onPage)
    func `refuses on a page what must not be sent to a redirect URI`(_ hostile: Hostile) throws {
        var request = Portal.request
        hostile.change(&request)
        let context = AuthorizationContext(try Portal.parameters(request), client: Portal.client)
        let refusal = providerRefusal { () throws(ProviderError) in try AuthorizationTarget.process(context) }
        let check = try #require(AuthorizationChecks.target.first { $0.name == hostile.check })
        #expect(refusal?.rule == check.title)
        #expect(refusal?.code == hostile.code)
    }

    static let redirected: [Hostile] = [
        .init("a request object", "request object", .requestNotSupported) {
            $0["request"] = "eyJhbGciOiJub25lIn0.e30."
        },
        .init("a request URI", "request URI", .requestURINotSupported) { $0["request_uri"] = "https://jira.example/r" },
        .init("a registration", "registration", .registrationNotSupported) { $0["registration"] = "{}" },
        .init("no response type", "response type", .invalidRequest) { $0["response_type"] = nil },
        .init("the implicit flow", "response type", .unsupportedResponseType) { $0["response_type"] = "id_token" },
        .init("the hybrid flow", "response type", .unsupportedResponseType) { $0["response_type"] = "code id_token" },
        .init("a token", "response type", .unsupportedResponseType) { $0["response_type"] = "token" },
        .init("a fragment", "response mode", .invalidRequest) { $0["response_mode"] = "fragment" },
        .init("an unknown response mode", "response mode", .invalidRequest) { $0["response_mode"] = "web_message" },
        .init("no scope", "scope", .invalidScope) { $0["scope"] = nil },
        .init("no openid", "scope", .invalidScope) { $0["scope"] = "profile email" },
        .init("openid within a word", "scope", .invalidScope) { $0["scope"] = "openid2 profile" },
        .init("a nonce that is too long", "nonce", .invalidRequest) {
            $0["nonce"] = String(repeating: "n", count: 513)
        },
        .init("a nonce that is not ASCII", "nonce", .invalidRequest) { $0["nonce"] = "nönce" },
        .init("an unknown prompt", "prompt known", .invalidRequest) { $0["prompt"] = "create" },
        .init("none and login", "prompt none alone", .invalidRequest) { $0["prompt"] = "none login" },
        .init("a negative age", "maximum age", .invalidRequest) { $0["max_age"] = "-1" },
        .init("an age that is no number", "maximum age", .invalidRequest) { $0["max_age"] = "1h" },
        .init("an age that is too large", "maximum age", .invalidRequest) { $0["max_age"] = "99999999999" },
        .init("plain", "challenge method", .invalidRequest) { $0["code_challenge_method"] = "plain" },
        .init("no method, which is plain", "challenge method", .invalidRequest) { $0["code_challenge_method"] = nil },
        .init("a method alone", "challenge method", .invalidRequest) { $0["code_challenge"] = nil },
        .init("a method in small letters", "challenge method", .invalidRequest) {
            $0["code_challenge_method"] = "s256"
        },
        .init("a challenge that is too short", "challenge shape", .invalidRequest) {
            $0["code_challenge"] = "E9Melhoa"
        },
        .init("a padded challenge", "challenge shape", .invalidRequest) {
            $0["code_challenge"] = Portal.challenge + "="
        },
    ]

    @Test(arguments: redirected)
    func `refuses to the redirect URI by the one check`(_ hostile: Hostile) throws {
        var request = Portal.request
        hostile.change(&request)
        let context = AuthorizationContext(try Portal.parameters(request), client: Portal.client)
        let target = try AuthorizationTarget.process(context)
        let refusal = providerRefusal { () throws(ProviderError) in try AuthorizationQuery.process(context, to: target)
        }
        let check = try #require(AuthorizationChecks.request.first { $0.name == hostile.check })
        #expect(refusal?.rule == check.title)
        #expect(refusal?.code == hostile.code)
        // Nothing else would have refused it.
        let others = AuthorizationChecks.request.filter { $0.name != hostile.check }
        #expect(
            providerRefusal { () throws(ProviderError) in try AuthorizationChecks.Check.run(others, on: context) }
                == nil)
    }

    @Test func `has a hostile request for every check`() {
        let tried = Set((Self.onPage + Self.redirected).map(\.check)).union(["challenge required"])
        #expect(tried == Set((AuthorizationChecks.target + AuthorizationChecks.request).map(\.name)))
    }

    static let harmless: [Harmless] = [
        .init("as it is") { _ in },
        .init("the other redirect URI") { $0["redirect_uri"] = "https://jira.example/other?a=b" },
        .init("no state and no nonce") { ($0["state"], $0["nonce"]) = (nil, nil) },
        .init("no PKCE") { ($0["code_challenge"], $0["code_challenge_method"]) = (nil, nil) },
        .init("an empty parameter, which is absent") { $0["request"] = "" },
        .init("a longest state") { $0["state"] = String(repeating: "s", count: 1024) },
        .init("a longest nonce") { $0["nonce"] = String(repeating: "n", count: 512) },
        .init("parameters that nobody knows") { $0["extra"] = "foobar" },
        .init("display, locales, acr values and claims") {
            $0["display"] = "popup"
            $0["ui_locales"] = "se"
            $0["claims_locales"] = "se"
            $0["acr_values"] = "1 2"
            $0["claims"] = #"{"userinfo":{"name":{"essential":true}}}"#
        },
        .init("consent") { $0["prompt"] = "consent" },
        .init("an age of zero") { $0["max_age"] = "0" },
        .init("the response mode query") { $0["response_mode"] = "query" },
        .init("the response mode form_post") { $0["response_mode"] = "form_post" },
    ]

    @Test(arguments: harmless)
    func `takes every request that is good`(_ harmless: Harmless) throws {
        var request = Portal.request
        harmless.change(&request)
        let context = AuthorizationContext(try Portal.parameters(request), client: Portal.client)
        let query = try AuthorizationQuery.process(context, to: try AuthorizationTarget.process(context))
        #expect(query.target.redirectURI == request["redirect_uri"])
        #expect(query.target.state == request["state"])
        #expect(query.nonce == request["nonce"])
        #expect(query.challenge == request["code_challenge"])
    }

    @Test(arguments: [
        RegisteredClient(id: "jira", authentication: .none, redirectURIs: [Portal.callback]),
        RegisteredClient(id: "jira", redirectURIs: [Portal.callback], requiresPKCE: true),
    ])
    func `wants PKCE of a client that has nothing else or has to`(_ client: RegisteredClient) throws {
        var request = Portal.request
        let good = AuthorizationContext(try Portal.parameters(request), client: client)
        let target = try AuthorizationTarget.process(good)
        #expect(try AuthorizationQuery.process(good, to: target).challenge == Portal.challenge)
        (request["code_challenge"], request["code_challenge_method"]) = (nil, nil)
        let bad = AuthorizationContext(try Portal.parameters(request), client: client)
        let refusal = providerRefusal { () throws(ProviderError) in try AuthorizationQuery.process(bad, to: target) }
        #expect(refusal?.rule == AuthorizationChecks.challengeRequired.title)
    }

    @Test func `grants scopes that it knows, in the order asked, once each`() throws {
        var request = Portal.request
        request["scope"] = "email offline_access openid phone email"
        let context = AuthorizationContext(try Portal.parameters(request), client: Portal.client)
        let query = try AuthorizationQuery.process(context, to: try AuthorizationTarget.process(context))
        #expect(query.scopes == ["email", "openid"])
    }

    @Test(arguments: [
        ("login", true, false), ("select_account", true, false), ("none", false, true), ("consent login", true, false),
        ("consent", false, false),
    ])
    func `reads prompts`(_ prompt: String, isFresh: Bool, isSilent: Bool) throws {
        var request = Portal.request
        (request["prompt"], request["max_age"], request["login_hint"]) = (prompt, "60", "ann@acme.example")
        let context = AuthorizationContext(try Portal.parameters(request), client: Portal.client)
        let query = try AuthorizationQuery.process(context, to: try AuthorizationTarget.process(context))
        #expect((query.isFresh, query.isSilent, query.maximumAge) == (isFresh, isSilent, 60))
        #expect(query.loginHint == "ann@acme.example")
    }

    private func target(_ change: (inout [String: String]) -> Void) throws -> AuthorizationTarget {
        var request = Portal.request
        change(&request)
        return try AuthorizationTarget.process(
            AuthorizationContext(try Portal.parameters(request), client: Portal.client))
    }

    @Test func `answers with state and issuer, behind the query of the redirect URI`() throws {
        let target = try target { ($0["redirect_uri"], $0["state"]) = ("https://jira.example/other?a=b", "a b&c") }
        let answer = AuthorizationAnswer.code(Secret("c-1"), to: target, issuer: Portal.issuer)
        let url = try answer.url(at: try unwrap(URL(string: target.redirectURI)))
        #expect(
            url.absoluteString == "https://jira.example/other?a=b&code=c-1&state=a%20b%26c"
                + "&iss=https%3A%2F%2Fsupport.example%2Fvestibule%2Fopenid%2Fportal")
    }

    @Test func `says of a refusal the code and the check, nothing that came`() throws {
        let target = try target { ($0["response_mode"], $0["state"]) = ("form_post", nil) }
        #expect(target.responseMode == .formPost)
        let error = ProviderError(.invalidRequest, rule: "nonce (OpenID Connect Core 3.1.2.1)", reason: "SECRET")
        let answer = AuthorizationAnswer.error(error, to: target, issuer: Portal.issuer)
        #expect(answer.fields.map(\.name) == ["error", "error_description", "iss"])
        #expect(!answer.fields.contains { $0.value.contains("SECRET") })
    }
}
