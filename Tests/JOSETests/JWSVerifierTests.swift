import Crypto
import CryptoExtras
import Foundation
import JOSE
import Testing

struct JWSVerifierTests {
    @Test(arguments: JWAlgorithm.allCases)
    func `verifies what a key of each algorithm signed, and nothing else`(algorithm: JWAlgorithm) throws {
        let key = try TestKeys.signingKey(algorithm)
        let token = try key.issue(claims: ["sub": "a"])
        let verifier = JWSVerifier(keys: [key.publicKey], algorithms: Set(JWAlgorithm.allCases))
        let verified = try verifier.verify(token)
        #expect(verified.payload == bytes(#"{"sub":"a"}"#))
        #expect(verified.header.algorithm == algorithm)
        #expect(verified.key.kid == key.kid)

        let parts = token.split(separator: ".").map(String.init)
        let swapped = parts[0] + "." + Base64URL.encode(bytes(#"{"sub":"b"}"#)) + "." + parts[2]
        #expect(code { try verifier.verify(swapped) } == .signatureInvalid)
        var signature = try Base64URL.decode(parts[2])
        signature[signature.count / 2] ^= 1
        let tampered = parts[0] + "." + parts[1] + "." + Base64URL.encode(signature)
        #expect(code { try verifier.verify(tampered) } == .signatureInvalid)
        let short = parts[0] + "." + parts[1] + "." + Base64URL.encode(signature.dropLast())
        #expect(code { try verifier.verify(short) } == .signatureInvalid)
        let long = parts[0] + "." + parts[1] + "." + Base64URL.encode(signature + [0])
        #expect(code { try verifier.verify(long) } == .signatureInvalid)
    }

    @Test func `verifies a token that swift-crypto signed without us`() throws {
        let ec = P256.Signing.PrivateKey()
        let input = Base64URL.encode(bytes(#"{"alg":"ES256","kid":"p"}"#)) + "." + Base64URL.encode(bytes("{}"))
        let token = try input + "." + Base64URL.encode(ec.signature(for: bytes(input)).rawRepresentation)
        let point = [UInt8](ec.publicKey.rawRepresentation)
        let jwk: JSONObject = [
            "kty": "EC", "crv": "P-256", "kid": "p", "x": .string(Base64URL.encode(Array(point[..<32]))),
            "y": .string(Base64URL.encode(Array(point[32...]))),
        ]
        let verifier = JWSVerifier(keys: [try VerificationKey(jwk: jwk)], algorithms: [.es256])
        #expect(try verifier.verify(token).payload == bytes("{}"))
    }

    @Test func `verifies the ES256 example of RFC 7515 A_3`() throws {
        let jwk: JSONObject = [
            "kty": "EC", "crv": "P-256", "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
            "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
        ]
        let token =
            "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290"
            + "Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"
        let verifier = JWSVerifier(keys: [try VerificationKey(jwk: jwk)], algorithms: [.es256])
        #expect(try JWT.verify(token, with: verifier, types: .any).claims.string("iss") == "joe")
    }

    @Test func `refuses every token that is one character away from a good one`() throws {
        let key = try SigningKey.generate(.es256, kid: "k")
        let verifier = JWSVerifier(keys: [key.publicKey], algorithms: Set(JWAlgorithm.allCases))
        let good = bytes(try key.issue(claims: ["sub": "a"]))
        #expect(throws: Never.self) { try verifier.verify(String(decoding: good, as: UTF8.self)) }
        for position in good.indices {
            for character in bytes("AQgw_-.=") where character != good[position] {
                var changed = good
                changed[position] = character
                #expect(code { try verifier.verify(String(decoding: changed, as: UTF8.self)) } != nil)
            }
            var cut = good
            cut.remove(at: position)
            #expect(code { try verifier.verify(String(decoding: cut, as: UTF8.self)) } != nil)
        }
    }

    // MARK: Algorithm confusion (M31)

    @Test func `refuses an HMAC made with the public key in any of its forms`() throws {
        let key = try TestKeys.signingKey(.rs256, kid: "r")
        let verifier = JWSVerifier(keys: [key.publicKey], algorithms: Set(JWAlgorithm.allCases))
        let input = Base64URL.encode(bytes(#"{"alg":"HS256","kid":"r"}"#)) + "." + Base64URL.encode(bytes("{}"))
        for secret in [bytes(key.publicKey.spkiPEM), key.publicKey.spkiDER, bytes("client-secret")] {
            let mac = Digests.hmacSHA256(key: secret, message: bytes(input))
            #expect(code { try verifier.verify(input + "." + Base64URL.encode(mac)) } == .algUnsupported)
        }
    }

    @Test func `refuses an algorithm that was not configured although the key could`() throws {
        let key = try TestKeys.signingKey(.ps256)
        let verifier = JWSVerifier(keys: [key.publicKey], algorithms: [.rs256, .es256])
        let token = try key.issue(claims: [:])
        #expect(code { try verifier.verify(token) } == .algNotAllowed)
    }

    @Test func `refuses a header algorithm of another family than the key`() throws {
        let key = try SigningKey.generate(.es256, kid: "k")
        let verifier = JWSVerifier(keys: [key.publicKey], algorithms: Set(JWAlgorithm.allCases))
        for name in ["RS256", "PS256", "ES384", "ES512", "EdDSA"] {
            let token = try token(header: #"{"alg":"\#(name)","kid":"k"}"#, key: key)
            #expect(code { try verifier.verify(token) } == .keyNotForAlgorithm)
        }
    }

    @Test func `refuses PS256 from an RSA key published for RS256`() throws {
        let key = try TestKeys.signingKey(.ps256, kid: "r")
        let published = try VerificationKey(spkiDER: key.publicKey.spkiDER, kid: "r", algorithms: [.rs256])
        let verifier = JWSVerifier(keys: [published], algorithms: [.rs256, .ps256])
        let token = try key.issue(claims: [:])
        #expect(code { try verifier.verify(token) } == .keyNotForAlgorithm)
    }

    @Test func `refuses ECDSA signatures in DER, of zeros and of one zero half`() throws {
        let ec = P256.Signing.PrivateKey()
        let key = try SigningKey(pkcs8DER: [UInt8](ec.derRepresentation), algorithm: .es256, kid: "k")
        let verifier = JWSVerifier(keys: [key.publicKey], algorithms: [.es256])
        let input = Base64URL.encode(bytes(#"{"alg":"ES256","kid":"k"}"#)) + ".e30"
        let good = try ec.signature(for: bytes(input))
        let raw = [UInt8](good.rawRepresentation)
        let zeros = [UInt8](repeating: 0, count: 32)
        #expect(throws: Never.self) { try verifier.verify(input + "." + Base64URL.encode(raw)) }
        for signature in [
            [UInt8](good.derRepresentation), zeros + zeros, zeros + raw[32...], raw[..<32] + zeros, zeros + raw, [0],
        ] as [[UInt8]] {
            #expect(code { try verifier.verify(input + "." + Base64URL.encode(signature)) } == .signatureInvalid)
        }
    }

    // MARK: Which key (M32, M33)

    @Test(arguments: ["other", "", "K1", "k1 ", "../../k1", "https://evil.example/jwks", "k1\u{0}", "\u{212a}1"])
    func `looks a kid up exactly and tells an unknown one apart`(kid: String) throws {
        let key = try SigningKey.generate(.es256, kid: "k1")
        let verifier = JWSVerifier(keys: [key.publicKey], algorithms: [.es256])
        let token = try key.issue(header: ["alg": "ES256", "kid": .string(kid)], payload: bytes("{}"))
        #expect(code { try verifier.verify(token) } == .unknownKey)
    }

    @Test func `takes a token without kid only when one key fits`() throws {
        let (first, second) = (try SigningKey.generate(.es256), try SigningKey.generate(.es256))
        let other = try SigningKey.generate(.edDSA)
        let token = try first.issue(header: ["alg": "ES256"], payload: bytes("{}"))
        func refusal(_ keys: [SigningKey], _ policy: KidPolicy) -> JOSEError.Code? {
            let verifier = JWSVerifier(keys: keys.map(\.publicKey), algorithms: [.es256, .edDSA], kidPolicy: policy)
            return code { try verifier.verify(token) }
        }
        #expect(refusal([first, other], .optionalIfUnambiguous) == nil)
        #expect(refusal([first, second], .optionalIfUnambiguous) == .keyAmbiguous)
        #expect(refusal([other], .optionalIfUnambiguous) == .unknownKey)
        #expect(refusal([second], .optionalIfUnambiguous) == .signatureInvalid)
        #expect(refusal([first], .required) == .kidMissing)
    }

    @Test func `tries every key of one kid`() throws {
        let (old, new) = (try SigningKey.generate(.es256, kid: "k"), try SigningKey.generate(.es256, kid: "k"))
        let foreign = try SigningKey.generate(.es256, kid: "k")
        let verifier = JWSVerifier(keys: JWKSet(keys: [old.publicKey, new.publicKey]), algorithms: [.es256])
        let (good, bad) = (try new.issue(claims: [:]), try foreign.issue(claims: [:]))
        #expect(throws: Never.self) { try verifier.verify(good) }
        #expect(code { try verifier.verify(bad) } == .signatureInvalid)
    }
}
