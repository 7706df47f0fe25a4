// SPDX-License-Identifier: Apache-2.0

import JOSE

/// Project Wycheproof's files: tokens and bare signatures.
///
/// Files about encryption and MACs wait for a room that does those.
enum WycheproofVectors {
    /// Files of bare signatures and the algorithm that they are for.
    private static let signatures: [String: JWAlgorithm] = [
        "ecdsa_secp256r1_sha256_p1363_test.json": .es256, "ecdsa_secp384r1_sha384_p1363_test.json": .es384,
        "ecdsa_secp521r1_sha512_p1363_test.json": .es512, "ed25519_test.json": .edDSA,
        "rsa_signature_2048_sha256_test.json": .rs256, "rsa_pss_2048_sha256_mgf1_32_test.json": .ps256,
        // In DER, which JOSE does not know: every one must be refused.
        "ecdsa_secp256r1_sha256_test.json": .es256,
    ]

    /// Marked valid, but the base64url holds a question mark: one token, two texts.
    private static let malleable: Set<Int64> = [372, 373]
    /// Marked valid, but the key's own `alg` contradicts the token's.
    private static let contradictory: Set<Int64> = [346, 347, 350, 351]

    static func run(_ file: JSONObject, _ name: String) async throws -> [CheckResult] {
        let base = name.split(separator: "/").last.map(String.init) ?? name
        let groups = (file.array("testGroups") ?? []).compactMap(\.object)
        return groups.flatMap { group in
            (group.array("tests") ?? []).compactMap(\.object).map { test in
                CheckResult(
                    name, "tcId \(test.int64("tcId") ?? 0)", rule: "M30",
                    outcome(of: test, group: group, file: base))
            }
        }
    }

    private static func outcome(of test: JSONObject, group: JSONObject, file: String) -> Outcome {
        do {
            if let algorithm = signatures[file] {
                return try signature(test, group, algorithm, isDER: file == "ecdsa_secp256r1_sha256_test.json")
            }
            guard file.hasPrefix("json_web_"), let token = test.string("jws") else {
                return .pending("no room does this kind of cryptography")
            }
            return try self.token(token, test, group, isTokenFile: file == "json_web_signature_test.json")
        } catch {
            return .failed("\(error)")
        }
    }

    private static func signature(
        _ test: JSONObject, _ group: JSONObject, _ algorithm: JWAlgorithm, isDER: Bool
    ) throws -> Outcome {
        let key = try VerificationKey(
            spkiDER: octets(hex: group.string("publicKeyDer")), kid: nil, algorithms: [algorithm])
        let isValid = key.isValid(
            signature: try octets(hex: test.string("sig")), for: try octets(hex: test.string("msg")),
            algorithm: algorithm)
        let result = test.string("result")
        if result == "acceptable", !isDER { return .passed }
        let wanted = result == "valid" && !isDER
        return isValid == wanted ? .passed : .failed(isValid ? "was accepted" : "was refused")
    }

    private static func token(
        _ token: String, _ test: JSONObject, _ group: JSONObject, isTokenFile: Bool
    ) throws -> Outcome {
        let published = try unwrap(group.object("public") ?? group.object("private"), "no key")
        let entries = published.array("keys")?.compactMap(\.object) ?? [published]
        let id = test.int64("tcId") ?? 0
        let isHMAC = entries.allSatisfy { $0.string("kty") == "oct" }
        let isOverridden = isTokenFile && (malleable.contains(id) || contradictory.contains(id))
        let wanted = test.string("result") == "valid" && !isHMAC && !isOverridden
        if test.string("result") == "acceptable" { return .passed }
        let keys = try JWKSet.parse(
            JSONObject(dictionaryLiteral: ("keys", .array(entries.map { .object($0) }))).serialized())
        let isAccepted: Bool
        do throws(JOSEError) {
            _ = try JWSVerifier(keys: keys, algorithms: Set(JWAlgorithm.allCases)).verify(token)
            isAccepted = true
        } catch {
            isAccepted = false
        }
        return isAccepted == wanted ? .passed : .failed(isAccepted ? "was accepted" : "was refused")
    }

    private static func octets(hex text: String?) throws -> [UInt8] {
        let digits = try unwrap(text, "no octets").map { UInt8($0.hexDigitValue ?? 0) }
        return stride(from: 0, to: digits.count - 1, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }
}
