import Broker
import Foundation
import JOSE
import OpenIDConnect
import Testing

/// One hostile ID token, the check that must refuse it, and the code.
struct HostileToken: Sendable, CustomTestStringConvertible {
    let title: String
    let check: String
    let rule: String
    let code: LoginError.Code
    var typ: String? = "JWT"
    var expect: @Sendable (inout TokenExpectations) -> Void = { _ in }
    let change: @Sendable (inout JSONObject, Int64) -> Void

    var testDescription: String { title }

    static let all: [HostileToken] = [
        .init(title: "access token type", check: "type", rule: "M30", code: .upstreamInvalid, typ: "at+jwt") { _, _ in
        },
        .init(title: "logout token type", check: "type", rule: "M30", code: .upstreamInvalid, typ: "logout+jwt") {
            _, _ in
        },
        .init(title: "other issuer", check: "issuer", rule: "M34", code: .issuerMismatch) { claims, _ in
            claims["iss"] = "https://op.example/t2"
        },
        .init(title: "issuer with a slash", check: "issuer", rule: "M34", code: .issuerMismatch) { claims, _ in
            claims["iss"] = .string(World.issuer + "/")
        },
        .init(title: "no issuer", check: "issuer", rule: "M34", code: .issuerMismatch) { claims, _ in
            claims["iss"] = nil
        },
        .init(title: "other audience", check: "audience", rule: "M34", code: .audienceMismatch) { claims, _ in
            claims["aud"] = "broker-globex"
        },
        .init(title: "audience that begins like ours", check: "audience", rule: "M34", code: .audienceMismatch) {
            claims, _ in claims["aud"] = .string(World.clientID + "-2")
        },
        .init(title: "no audience", check: "audience", rule: "M34", code: .audienceMismatch) { claims, _ in
            claims["aud"] = nil
        },
        .init(title: "audience list with a number", check: "audience", rule: "M34", code: .audienceMismatch) {
            claims, _ in claims["aud"] = [.string(World.clientID), 1]
        },
        .init(title: "other party", check: "authorized party", rule: "M34", code: .audienceMismatch) { claims, _ in
            claims["azp"] = "evil"
        },
        .init(
            title: "several audiences without a party", check: "authorized party", rule: "M34", code: .audienceMismatch
        ) { claims, _ in claims["aud"] = [.string(World.clientID), "evil"] },
        .init(title: "expired", check: "expiration", rule: "M35", code: .timeInvalid) { claims, now in
            claims["exp"] = .integer(now - 60)
        },
        .init(title: "issued in the future", check: "issued at", rule: "M35", code: .timeInvalid) { claims, now in
            claims["iat"] = .integer(now + 61)
        },
        .init(title: "no issue time", check: "issued at", rule: "M35", code: .timeInvalid) { claims, _ in
            claims["iat"] = nil
        },
        .init(title: "issue time as text", check: "issued at", rule: "M35", code: .timeInvalid) { claims, now in
            claims["iat"] = .string(String(now))
        },
        .init(title: "not yet valid", check: "not before", rule: "M35", code: .timeInvalid) { claims, now in
            claims["nbf"] = .integer(now + 61)
        },
        .init(title: "validity as text", check: "not before", rule: "M35", code: .timeInvalid) { claims, _ in
            claims["nbf"] = "soon"
        },
        .init(title: "other nonce", check: "nonce", rule: "M36", code: .nonceMismatch) { claims, _ in
            claims["nonce"] = "n-9999"
        },
        .init(title: "no nonce", check: "nonce", rule: "M36", code: .nonceMismatch) { claims, _ in
            claims["nonce"] = nil
        },
        .init(title: "subject of 256 characters", check: "subject", rule: "M37", code: .subjectInvalid) { claims, _ in
            claims["sub"] = .string(String(repeating: "x", count: 256))
        },
        .init(title: "empty subject", check: "subject", rule: "M37", code: .subjectInvalid) { claims, _ in
            claims["sub"] = ""
        },
        .init(title: "subject with a line end", check: "subject", rule: "M37", code: .subjectInvalid) { claims, _ in
            claims["sub"] = "u1\nu2"
        },
        .init(title: "subject outside ASCII", check: "subject", rule: "M37", code: .subjectInvalid) { claims, _ in
            claims["sub"] = "\u{212A}1"
        },
        .init(title: "hash of another access token", check: "access token hash", rule: "M36", code: .tokenHashMismatch)
        {
            claims, _ in claims["at_hash"] = .string(TokenHash.leftHalf(of: "at-999", algorithm: .es256))
        },
        .init(title: "hash of another code", check: "code hash", rule: "M36", code: .tokenHashMismatch) { claims, _ in
            claims["c_hash"] = .string(TokenHash.leftHalf(of: "code-999", algorithm: .es256))
        },
        .init(
            title: "sign-in too long ago", check: "authentication time", rule: "M36", code: .requirementsNotMet,
            expect: { $0.maximumAge = .seconds(600) }
        ) { claims, now in claims["auth_time"] = .integer(now - 661) },
        .init(
            title: "sign-in before the fresh one that was asked for", check: "authentication time", rule: "M36",
            code: .requirementsNotMet, expect: { $0.authenticatedSince = $0.now - .seconds(30) }
        ) { claims, now in claims["auth_time"] = .integer(now - 91) },
        .init(
            title: "no sign-in time", check: "authentication time", rule: "M36", code: .requirementsNotMet,
            expect: { $0.maximumAge = .seconds(600) }
        ) { _, _ in },
        .init(title: "sign-in in the future", check: "authentication time", rule: "M36", code: .timeInvalid) {
            claims, now in claims["auth_time"] = .integer(now + 61)
        },
        .init(
            title: "weaker context class", check: "context class", rule: "M36", code: .requirementsNotMet,
            expect: { $0.acrValues = ["mfa"] }
        ) { claims, _ in claims["acr"] = "pwd" },
        .init(
            title: "no context class", check: "context class", rule: "M36", code: .requirementsNotMet,
            expect: { $0.acrValues = ["mfa"] }
        ) { _, _ in },
    ]
}

@Suite struct IDTokenChecksTests {
    let world: World
    init() throws { world = try World() }

    private func verify(_ hostile: HostileToken, checks: [TokenCheck]) throws -> LoginError? {
        let token = try world.token(typ: hostile.typ) { hostile.change(&$0, world.clock.now.seconds) }
        var expected = world.expectations
        hostile.expect(&expected)
        return refusal { () throws(LoginError) in
            try IDTokenVerifier(checks: checks).verify(token, keys: world.keys, expecting: expected)
        }
    }

    @Test(arguments: HostileToken.all) func `refuses a hostile token by name and code`(_ hostile: HostileToken) throws {
        let error = try #require(try verify(hostile, checks: IDTokenChecks.all))
        let check = try #require(IDTokenChecks.all.first { $0.name == hostile.check })
        #expect(error.code == hostile.code)
        #expect(error.detail.hasPrefix("\(hostile.check) (\(check.clause))"))
        #expect(check.rule == hostile.rule)
    }

    @Test(arguments: HostileToken.all) func `only the named check stands in the way`(_ hostile: HostileToken) throws {
        let others = IDTokenChecks.all.filter { $0.name != hostile.check }
        #expect(try verify(hostile, checks: others) == nil)
    }

    @Test func `every check has a hostile token`() {
        #expect(Set(HostileToken.all.map(\.check)) == Set(IDTokenChecks.all.map(\.name)))
    }

    private func accepts(
        typ: String? = "JWT", expect: (inout TokenExpectations) -> Void = { _ in }, _ change: (inout JSONObject) -> Void
    ) throws -> Bool {
        let token = try world.token(typ: typ, change)
        var expected = world.expectations
        expect(&expected)
        return refusal { () throws(LoginError) in
            try IDTokenVerifier().verify(token, keys: world.keys, expecting: expected)
        } == nil
    }

    @Test func `accepts a good token with and without a type`() throws {
        #expect(try accepts { _ in })
        #expect(try accepts(typ: nil) { _ in })
        #expect(try accepts(typ: "application/jwt") { _ in })
    }

    @Test func `accepts several audiences with our party, and unknown claims`() throws {
        #expect(
            try accepts { claims in
                claims["aud"] = ["other", .string(World.clientID)]
                claims["azp"] = .string(World.clientID)
                claims["foo"] = ["a": [1]]
            })
    }

    @Test func `accepts matching hashes, a recent sign-in and a wanted class`() throws {
        let now = world.clock.now.seconds
        #expect(
            try accepts(expect: {
                $0.maximumAge = .seconds(600)
                $0.authenticatedSince = $0.now - .seconds(10)
                $0.acrValues = ["phr", "mfa"]
            }) { claims in
                claims["at_hash"] = .string(TokenHash.leftHalf(of: "at-123", algorithm: .es256))
                claims["c_hash"] = .string(TokenHash.leftHalf(of: "code-123", algorithm: .es256))
                claims["auth_time"] = .integer(now - 5)
                claims["acr"] = "mfa"
            })
    }

    @Test func `allows a skew of sixty seconds both ways, to the second`() throws {
        let now = world.clock.now.seconds
        #expect(try accepts { $0["exp"] = .integer(now - 59) })
        #expect(try !accepts { $0["exp"] = .integer(now - 60) })
        #expect(try accepts { $0["iat"] = .integer(now + 60) })
        #expect(try !accepts { $0["iat"] = .integer(now + 61) })
        #expect(try accepts { $0["nbf"] = .integer(now + 60) })
        #expect(try !accepts { $0["nbf"] = .integer(now + 61) })
        #expect(try accepts(expect: { $0.maximumAge = .seconds(600) }) { $0["auth_time"] = .integer(now - 660) })
    }

    @Test func `refuses a token without an end, or with one that is no number`() throws {
        #expect(try !accepts { $0["exp"] = nil })
        #expect(try !accepts { $0["exp"] = "2100-01-01" })
        #expect(try !accepts { $0["sub"] = nil })
    }

    @Test func `refuses another signer, an algorithm that is not allowed, and an unknown key, each by its code`() throws
    {
        let stranger = try SigningKey.generate(.es256, kid: "k1")
        let other = try SigningKey.generate(.es384, kid: "k1")
        let unknown = try SigningKey.generate(.es256, kid: "k2")
        for (key, code) in [
            (stranger, LoginError.Code.signatureInvalid), (other, .algorithmNotAllowed), (unknown, .unknownKey),
        ] {
            let token = try world.token(key: key)
            let error = refusal { () throws(LoginError) in
                try IDTokenVerifier().verify(token, keys: world.keys, expecting: world.expectations)
            }
            #expect(error?.code == code)
        }
    }

    @Test func `bounds and escapes what it quotes of the token`() throws {
        let token = try world.token {
            $0["iss"] = .string("https://evil.example/\r\n" + String(repeating: "x", count: 900))
        }
        let error = try #require(
            refusal { () throws(LoginError) in
                try IDTokenVerifier().verify(token, keys: world.keys, expecting: world.expectations)
            })
        #expect(error.detail.utf8.count < 400)
        #expect(error.detail.unicodeScalars.allSatisfy { (" "..."~").contains($0) })
        #expect(error.description == "issuer_mismatch")
    }
}
