import Foundation
import JOSE
import Testing

/// Wycheproof's JSON Web Signature and Key files.
///
/// HMAC is no algorithm of ours, so a valid HMAC token must be refused.
@Suite(Vectors.present)
struct WycheproofTokenTests {
    /// Marked valid, but the base64url holds a question mark: one token, two texts.
    private static let malleable: Set<Int64> = [372, 373]

    /// Marked valid, but the key's `alg` (PS256, and ES521, which does not exist) contradicts the token's: refused, and
    /// accepted once the key does not say.
    private static let contradictory: Set<Int64> = [346, 347, 350, 351]

    private func keys(_ group: JSONObject, dropping name: String? = nil) throws -> JWKSet {
        let published = try #require(group.object("public") ?? group.object("private"))
        let entries = published.array("keys") ?? [.object(published)]
        let document: JSONObject = [
            "keys": .array(
                entries.map { entry in
                    var key = entry.object ?? [:]
                    if let name { key[name] = nil }
                    return .object(key)
                })
        ]
        return try JWKSet.parse(document.serialized())
    }

    private func isHMAC(_ group: JSONObject) -> Bool {
        let published = group.object("private") ?? group.object("public")
        let entries = published?.array("keys")?.compactMap(\.object) ?? [published ?? [:]]
        return entries.allSatisfy { $0.string("kty") == "oct" }
    }

    private func refusal(_ jws: String, _ keys: JWKSet) -> JOSEError.Code? {
        code { try JWSVerifier(keys: keys, algorithms: Set(JWAlgorithm.allCases)).verify(jws) }
    }

    @Test(arguments: ["json_web_signature_test", "json_web_key_test", "json_web_crypto_test"])
    func `comes to the published verdict on every token`(file: String) throws {
        var tally = Tally()
        for (group, tests) in try Vectors.groups(file) {
            for test in tests {
                guard let jws = test.string("jws") else {
                    tally.add("not a signature")
                    continue
                }
                let id = try #require(test.int64("tcId"))
                let refusal = refusal(jws, try keys(group))
                let isTokenFile = file == "json_web_signature_test"
                switch test.string("result") {
                case "valid" where isHMAC(group):
                    #expect(refusal != nil, "\(file) \(id)")
                    let isMalleable = isTokenFile && Self.malleable.contains(id)
                    tally.add(isMalleable ? "valid by override refused" : "valid HMAC refused by policy")
                case "valid" where isTokenFile && Self.contradictory.contains(id):
                    #expect(refusal != nil, "\(file) \(id)")
                    #expect(self.refusal(jws, try keys(group, dropping: "alg")) == nil, "\(file) \(id)")
                    tally.add("valid refused while the key's alg contradicts")
                case "valid":
                    #expect(refusal == nil, "\(file) \(id)")
                    tally.add("valid accepted")
                case "acceptable": tally.add("acceptable \(refusal == nil ? "accepted" : "refused")")
                default:
                    #expect(refusal != nil, "\(file) \(id)")
                    tally.add("invalid refused")
                }
            }
        }
        tally.report(file)
        #expect(tally.count("invalid refused") > 0)
    }
}
