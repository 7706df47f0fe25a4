import Foundation
import JOSE
import Testing

struct JWKSetTests {
    private func set(_ entries: [JSONValue]) -> [UInt8] {
        let document: JSONObject = ["keys": .array(entries), "extra": true]
        return document.serialized()
    }

    @Test func `leaves out each key it cannot use, with its reason, and keeps the rest`() throws {
        let good = try SigningKey.generate(.es256, kid: "good").publicKey.publicJWK
        var encrypting = good
        encrypting["use"] = "enc"
        encrypting["kid"] = "enc"
        var leaked = good
        leaked["d"] = "AAAA"
        let parsed = try JWKSet.parse(
            set([
                ["kty": "new-kind", "kid": "u"], ["kty": "oct", "k": "AAAA"], .object(encrypting), .object(leaked),
                "text",
                ["kty": "RSA", "n": "AQAB", "e": "AQAB"], ["kid": 5], .object(good),
            ]))
        #expect(parsed.keys.map(\.kid) == ["good"])
        #expect(parsed.skipped.map(\.index) == [0, 1, 2, 3, 4, 5, 6])
        #expect(
            parsed.skipped.map(\.reason) == [
                .keyUnsupported, .keyUnsupported, .keyNotForVerifying, .keyPrivate, .keyInvalid, .keyWeak, .kidInvalid,
            ])
        #expect(parsed.skipped[2].kid == "enc")
    }

    @Test func `keeps both keys of one kid as candidates`() throws {
        let keys = try (0..<2).map { _ in try SigningKey.generate(.es256, kid: "same").publicKey }
        #expect(try JWKSet.parse(JWKSet(keys: keys).serialized()).keys.count == 2)
    }

    @Test func `publishes what it can read back`() throws {
        let keys = try JWAlgorithm.allCases.map { try TestKeys.signingKey($0, kid: $0.rawValue).publicKey }
        let parsed = try JWKSet.parse(Data(JWKSet(keys: keys).serialized()))
        #expect(parsed.skipped.isEmpty)
        #expect(parsed.keys.map(\.kid) == JWAlgorithm.allCases.map(\.rawValue))
        #expect(parsed.keys.map(\.thumbprint) == keys.map(\.thumbprint))
    }

    @Test(arguments: ["{}", #"{"keys":{}}"#, #"{"keys":null}"#])
    func `refuses what is no set`(text: String) {
        #expect(code { try JWKSet.parse(bytes(text)) } == .keySetInvalid)
    }

    @Test func `refuses other JSON, duplicate names and a set beyond the bounds`() {
        #expect(code { try JWKSet.parse(bytes("[]")) } == .jsonNotObject)
        #expect(code { try JWKSet.parse(bytes(#"{"keys":[],"keys":[]}"#)) } == .jsonDuplicateKey)
        let many = [JSONValue](repeating: ["kty": "x"], count: 101)
        #expect(code { try JWKSet.parse(set(many)) } == .keySetTooLarge)
        #expect(code { try JWKSet.parse(set(Array(many.dropLast()))) } == nil)
        let large = [UInt8](repeating: UInt8(ascii: " "), count: JWKSet.maximumBytes) + bytes("{}")
        #expect(code { try JWKSet.parse(large) } == .keySetTooLarge)
    }

    @Test func `an empty set verifies nothing`() throws {
        let set = try JWKSet.parse(bytes(#"{"keys":[]}"#))
        let token = try SigningKey.generate(.es256).issue(claims: [:])
        #expect(code { try JWSVerifier(keys: set, algorithms: [.es256]).verify(token) } == .unknownKey)
    }
}
