import Broker
import Foundation
import JOSE
import OpenIDConnect
import Testing

@Suite struct LogoutTokenTests {
    let world: World
    init() throws { world = try World() }

    static let event = "http://schemas.openid.net/event/backchannel-logout"

    private func verify(
        typ: String? = "logout+jwt", untyped: Bool = false, dropping name: String? = nil,
        _ change: (inout JSONObject) -> Void = { _ in }
    ) throws -> LoginError? {
        let token = try world.token(typ: typ) { claims in
            claims["nonce"] = nil
            claims["jti"] = "j-1"
            claims["sid"] = "sid1"
            claims["events"] = [Self.event: [:]]
            change(&claims)
        }
        let checks = LogoutTokenChecks.all(allowsUntyped: untyped).filter { $0.name != name }
        return refusal { () throws(LoginError) in
            try LogoutTokenVerifier(allowsUntyped: untyped, checks: checks)
                .verify(token, keys: world.keys, expecting: world.expectations)
        }
    }

    @Test func `accepts sid, sub, or both`() throws {
        #expect(try verify() == nil)
        #expect(try verify { $0["sid"] = nil } == nil)
        #expect(try verify { $0["sub"] = nil } == nil)
    }

    @Test func `refuses an ID token's type unless the connection allows it`() throws {
        #expect(try verify(typ: "JWT")?.code == .upstreamInvalid)
        #expect(try verify(typ: nil)?.code == .upstreamInvalid)
        #expect(try verify(typ: "JWT", untyped: true) == nil)
        #expect(try verify(typ: nil, untyped: true) == nil)
        #expect(try verify(typ: "at+jwt", untyped: true)?.code == .upstreamInvalid)
    }

    static let defects: [(String, String, JSONValue)] = [
        ("issuer", "iss", "https://op.example/t2"), ("audience", "aud", "x"), ("expiration", "exp", 1),
        ("issued at", "iat", 99_999_999_999), ("not before", "nbf", 99_999_999_999),
        ("logout event", "events", ["http://schemas.openid.net/event/other": [:]]), ("logout event", "events", "x"),
        ("logout event", "events", ["http://schemas.openid.net/event/backchannel-logout": true]),
        ("no nonce", "nonce", "n-0001"), ("token id", "jti", 7), ("logout target", "sid", 7),
        ("logout target", "sub", ""),
    ]

    @Test(arguments: defects)
    func `refuses a defect by the check that is named for it, and by no other`(
        check: String, claim: String, value: JSONValue
    ) throws {
        let error = try #require(try verify { $0[claim] = value })
        #expect(error.detail.hasPrefix("\(check) ("))
        guard check != "token id" else { return }
        #expect(try verify(dropping: check) { $0[claim] = value } == nil)
    }

    @Test func `refuses a token without target, id, or end`() throws {
        #expect(
            try verify {
                $0["sid"] = nil
                $0["sub"] = nil
            }?.code == .subjectInvalid)
        #expect(try verify { $0["jti"] = nil } != nil)
        #expect(try verify { $0["exp"] = nil }?.code == .timeInvalid)
    }

    @Test func `refuses an ID token even where types are not looked at`() throws {
        let token = try world.token()
        let error = refusal { () throws(LoginError) in
            try LogoutTokenVerifier(allowsUntyped: true).verify(token, keys: world.keys, expecting: world.expectations)
        }
        #expect(error?.detail.hasPrefix("logout event") == true)
    }
}
