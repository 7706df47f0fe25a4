import Foundation
import JOSE
import Testing

/// The examples of RFC 7520 and RFC 8037.
@Suite(Vectors.present)
struct CookbookTests {
    private static let privateNames = ["d", "p", "q", "dp", "dq", "qi"]

    @Test(arguments: [
        "jws/4_1.rsa_v15_signature", "jws/4_2.rsa-pss_signature", "jws/4_3.ecdsa_signature", "curve25519/jws",
    ])
    func `accepts the signed examples`(file: String) throws {
        let example = try Vectors.load("jose/rfc7520-cookbook/\(file).json")
        let input = try #require(example.object("input"))
        var jwk = try #require(input.object("key"))
        for name in Self.privateNames { jwk[name] = nil }
        let verifier = JWSVerifier(
            keys: [try VerificationKey(jwk: jwk)], algorithms: Set(JWAlgorithm.allCases))
        let token = try #require(example.object("output")?.string("compact"))
        #expect(try verifier.verify(token).payload == bytes(try #require(input.string("payload"))))
    }

    @Test func `refuses the HMAC and the detached example`() throws {
        let hmac = try Vectors.load("jose/rfc7520-cookbook/jws/4_4.hmac-sha2_integrity_protection.json")
        let token = try #require(hmac.object("output")?.string("compact"))
        #expect(code { try CompactJWS.parse(token) } == .algUnsupported)
        let detached = try Vectors.load("jose/rfc7520-cookbook/jws/4_5.signature_with_detached_content.json")
        let headless = try #require(detached.object("output")?.string("compact"))
        #expect(code { try CompactJWS.parse(headless) } != nil)
    }

    @Test func `refuses the example with an unencoded payload`() throws {
        let example = try Vectors.load("jose/rfc7520-cookbook/rfc7797/hmac-sha2_b64_false.json")
        let compact = try #require(example.object("output")?.string("compact"))
        let header = try #require(compact.split(separator: ".").first)
        #expect(code { try CompactJWS.parse(header + ".JC4wMg.AAAA") } == .critUnsupported)
        #expect(code { try CompactJWS.parse(compact) } != nil)
    }
}
