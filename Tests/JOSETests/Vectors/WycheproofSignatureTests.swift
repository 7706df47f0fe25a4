import Foundation
import JOSE
import Testing

/// Wycheproof's files of bare signatures, for the primitives under our algorithms.
@Suite(Vectors.present)
struct WycheproofSignatureTests {
    @Test(arguments: [
        ("ecdsa_secp256r1_sha256_p1363_test", JWAlgorithm.es256), ("ecdsa_secp384r1_sha384_p1363_test", .es384),
        ("ecdsa_secp521r1_sha512_p1363_test", .es512), ("ed25519_test", .edDSA),
        ("rsa_signature_2048_sha256_test", .rs256), ("rsa_pss_2048_sha256_mgf1_32_test", .ps256),
    ])
    func `comes to the published verdict on every signature`(file: String, algorithm: JWAlgorithm) throws {
        var tally = Tally()
        for (group, tests) in try Vectors.groups(file) {
            let der = try Vectors.octets(hex: group.string("publicKeyDer"))
            let key = try VerificationKey(spkiDER: der, kid: nil, algorithms: [algorithm])
            for test in tests {
                let isValid = key.isValid(
                    signature: try Vectors.octets(hex: test.string("sig")),
                    for: try Vectors.octets(hex: test.string("msg")), algorithm: algorithm)
                let result = try #require(test.string("result"))
                if result != "acceptable" {
                    #expect(isValid == (result == "valid"), "\(file) \(test.int64("tcId") ?? 0)")
                }
                tally.add("\(result) \(isValid ? "accepted" : "refused")")
            }
        }
        tally.report(file)
        #expect(tally.count("valid accepted") > 0)
        #expect(tally.count("invalid refused") > 0)
    }

    @Test func `refuses every ECDSA signature in DER`() throws {
        let file = "ecdsa_secp256r1_sha256_test"
        var tally = Tally()
        for (group, tests) in try Vectors.groups(file) {
            let key = try VerificationKey(spkiDER: Vectors.octets(hex: group.string("publicKeyDer")), kid: nil)
            for test in tests {
                let isValid = key.isValid(
                    signature: try Vectors.octets(hex: test.string("sig")),
                    for: try Vectors.octets(hex: test.string("msg")), algorithm: .es256)
                #expect(!isValid, "\(file) \(test.int64("tcId") ?? 0)")
                tally.add("in DER refused")
            }
        }
        tally.report(file)
        #expect(tally.count("in DER refused") > 0)
    }
}
