import Broker
import Foundation
import JOSE
import OpenIDConnect
import Testing

@Suite struct EndSessionTests {
    static let request = [
        "client_id": "jira", "post_logout_redirect_uri": "https://jira.example/bye", "state": "s-1",
    ]

    private func read(
        _ request: [String: String], hint: IDTokenHint? = nil
    ) throws -> (query: EndSessionQuery?, refusal: ProviderError?) {
        let context = AuthorizationContext(try Portal.parameters(request), client: Portal.client)
        do throws(ProviderError) {
            return (try EndSessionQuery.process(context, hint: hint), nil)
        } catch {
            return (nil, error)
        }
    }

    static let hostile: [Hostile] = [
        .init("another client", "client id", .unknownClient) { $0["client_id"] = "confluence" },
        .init("a foreign address", "post-logout redirect URI", .redirectURIMismatch) {
            $0["post_logout_redirect_uri"] = "https://evil.example/"
        },
        .init("a query behind it", "post-logout redirect URI", .redirectURIMismatch) {
            $0["post_logout_redirect_uri"] = "https://jira.example/bye?foo=bar"
        },
        .init("an address for sign-ins", "post-logout redirect URI", .redirectURIMismatch) {
            $0["post_logout_redirect_uri"] = Portal.callback
        },
        .init("a state that is too long", "state", .malformedRequest) {
            $0["state"] = String(repeating: "s", count: 1025)
        },
    ]

    @Test(arguments: hostile)
    func `refuses a sign-out that leads elsewhere`(_ hostile: Hostile) throws {
        var request = Self.request
        hostile.change(&request)
        let check = try #require(EndSessionChecks.all.first { $0.name == hostile.check })
        let refusal = try read(request).refusal
        #expect(refusal?.rule == check.title)
        #expect(refusal?.code == hostile.code)
    }

    @Test func `leads to a registered address for a client that is named`() throws {
        let query = try read(Self.request).query
        #expect(query?.target?.redirectURI == "https://jira.example/bye")
        #expect(query?.target?.state == "s-1")
        var hinted = Self.request
        hinted["client_id"] = nil
        let hint = IDTokenHint.Sample.ann
        #expect(try read(hinted, hint: hint).query?.target?.redirectURI == "https://jira.example/bye")
        #expect(try read(hinted, hint: hint).query?.sessionID == "_sid")
    }

    @Test func `leads nowhere where nobody says whose address it is`() throws {
        var unnamed = Self.request
        unnamed["client_id"] = nil
        for request in [unnamed, [:], ["state": "s-1"]] {
            let query = try #require(try read(request).query)
            #expect(query.target == nil)
            #expect(query.sessionID == nil)
        }
    }
}

extension IDTokenHint {
    fileprivate enum Sample {
        /// Of a token that was verified.
        static var ann: IDTokenHint? {
            guard let key = try? SigningKey.generate(.rs256, kid: "k"),
                let token = try? key.issue(claims: IDTokenHintTests.claims)
            else { return nil }
            return try? IDTokenHint.verify(
                token, keys: JWKSet(keys: [key.publicKey]), issuer: Portal.issuer, clientID: "jira",
                now: Timestamp(seconds: 1_780_000_000))
        }
    }
}

@Suite struct IDTokenHintTests {
    static var claims: JSONObject {
        var claims = IDTokenClaims(
            issuer: Portal.issuer, subject: "c_ann", clientID: "jira", issuedAt: 1_000_000_000,
            expiresAt: 1_000_000_300,
            authenticatedAt: 1_000_000_000, sessionID: "_sid")
        claims.nonce = "n-1"
        return claims.object(algorithm: .rs256)
    }

    private func verify(_ token: String, keys: [SigningKey]) -> IDTokenHint? {
        try? IDTokenHint.verify(
            token, keys: JWKSet(keys: keys.map(\.publicKey)), issuer: Portal.issuer, clientID: "jira",
            now: Timestamp(seconds: 1_780_000_000))
    }

    @Test func `takes an ID token of ours that has expired long ago`() throws {
        let (key, old) = (try SigningKey.generate(.rs256, kid: "k2"), try SigningKey.generate(.rs256, kid: "k1"))
        let hint = try #require(verify(try old.issue(claims: Self.claims), keys: [key, old]))
        #expect(hint.subject == "c_ann")
        #expect(hint.sessionID == "_sid")
    }

    @Test func `refuses what is no ID token of ours for the client`() throws {
        let key = try SigningKey.generate(.rs256, kid: "k")
        let token = try key.issue(claims: Self.claims)
        let changes: [(String, JSONValue?)] = [
            ("iss", "https://support.example/vestibule/openid/other"), ("aud", "confluence"), ("sub", nil),
            ("aud", ["jira", "confluence"]), ("azp", "confluence"),
        ]
        for (name, value) in changes {
            var claims = Self.claims
            claims[name] = value
            #expect(verify(try key.issue(claims: claims), keys: [key]) == nil, "\(name)")
        }
        #expect(verify(try key.issue(claims: Self.claims, typ: "logout+jwt"), keys: [key]) == nil)
        #expect(verify(token.dropLast(4) + "AAAA", keys: [key]) == nil)
        #expect(verify(token, keys: [try SigningKey.generate(.rs256, kid: "k")]) == nil)
        #expect(verify("garbage", keys: [key]) == nil)
        let unsigned = "eyJhbGciOiJub25lIn0." + token.split(separator: ".")[1] + "."
        #expect(verify(unsigned, keys: [key]) == nil)
    }
}
