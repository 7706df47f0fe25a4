import JOSE
import JWTWitness
import Testing

struct LibJWTWitnessTests {
    private let witness = LibJWTWitness()

    private func refusal(_ token: String, _ pem: String, _ algorithm: String) -> WitnessRefusal? {
        do throws(WitnessRefusal) {
            try witness.verify(probe: token, publicKeyPEM: pem, algorithm: algorithm)
            return nil
        } catch { return error }
    }

    @Test(arguments: [JWAlgorithm.es256, .rs256])
    func `vouches for a token of ours`(algorithm: JWAlgorithm) throws {
        let key = try SigningKey.generate(algorithm)
        let token = try key.issue(claims: [
            "iss": "https://broker.example/vestibule", "sub": "c", "aud": "site", "iat": 1_768_478_400,
            "exp": 1_768_479_000, "groups": ["a", "é"], "groups_omitted": false,
        ])
        #expect(refusal(token, key.publicKey.spkiPEM, algorithm.rawValue) == nil)
        #expect(witness.accepts(token: token, publicKeyPEM: key.publicKey.spkiPEM, algorithm: algorithm.rawValue))
    }

    @Test(arguments: [JWAlgorithm.es256, .rs256])
    func `refuses a changed token and a token of another key`(algorithm: JWAlgorithm) throws {
        let (key, other) = (try SigningKey.generate(algorithm), try SigningKey.generate(algorithm))
        let token = try key.issue(claims: ["sub": "c"])
        var parts = token.split(separator: ".").map(String.init)
        parts[1] = Base64URL.encode([UInt8](#"{"sub":"d"}"#.utf8))
        let changed = parts.joined(separator: ".")
        let pem = key.publicKey.spkiPEM
        #expect(refusal(changed, pem, algorithm.rawValue) == .probeRefused)
        #expect(!witness.accepts(token: changed, publicKeyPEM: pem, algorithm: algorithm.rawValue))
        #expect(refusal(token, other.publicKey.spkiPEM, algorithm.rawValue) == .probeRefused)
    }

    @Test func `refuses what libjwt takes for the public key's HMAC, because the algorithm is pinned`() throws {
        let key = try SigningKey.generate(.rs256)
        let pem = key.publicKey.spkiPEM
        let input =
            Base64URL.encode([UInt8](#"{"typ":"JWT","alg":"HS256"}"#.utf8)) + "."
            + Base64URL.encode([UInt8](#"{"sub":"c"}"#.utf8))
        let mac = Digests.hmacSHA256(key: [UInt8](pem.utf8), message: [UInt8](input.utf8))
        let forged = input + "." + Base64URL.encode(mac)
        #expect(refusal(forged, pem, "RS256") == .algorithmMismatch)
        #expect(refusal(forged, pem, "HS256") == .algorithmUnsupported)
    }

    @Test func `refuses an unsigned token, no key, no token and an algorithm it was not asked for`() throws {
        let key = try SigningKey.generate(.es256)
        let pem = key.publicKey.spkiPEM
        let token = try key.issue(claims: ["sub": "c"])
        let unsigned =
            Base64URL.encode([UInt8](#"{"typ":"JWT","alg":"none"}"#.utf8)) + "."
            + Base64URL.encode([UInt8](#"{"sub":"c"}"#.utf8)) + "."
        #expect(refusal(unsigned, pem, "ES256") == .probeRefused)
        #expect(refusal(unsigned, "", "ES256") == .probeRefused)
        #expect(refusal(token, "", "ES256") == .probeRefused)
        #expect(refusal(token, "no key", "ES256") == .probeRefused)
        #expect(refusal("", pem, "ES256") == .probeRefused)
        #expect(refusal(token, pem, "RS256") == .algorithmMismatch)
        for name in ["EdDSA", "PS256", "ES384", "none", ""] {
            #expect(refusal(token, pem, name) == .algorithmUnsupported)
        }
    }

    @Test func `refuses a token whose typ libjwt does not read`() throws {
        let key = try SigningKey.generate(.es256)
        let token = try key.issue(claims: ["sub": "c"], typ: "session+jwt")
        #expect(refusal(token, key.publicKey.spkiPEM, "ES256") == .probeRefused)
    }

    @Test func `says the code of a refusal and nothing else`() {
        #expect("\(WitnessRefusal.tamperedProbeAccepted)" == "tampered_probe_accepted")
    }
}
