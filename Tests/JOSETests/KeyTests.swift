import Crypto
import CryptoExtras
import Foundation
import JOSE
import Testing

struct KeyTests {
    private let ec: JSONObject = [
        "kty": "EC", "crv": "P-256", "kid": "e", "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
        "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
    ]
    private let rsaModulus =
        "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWK"
        + "RXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMic"
        + "AtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3"
        + "XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw"

    private func refusal(_ jwk: JSONObject) -> JOSEError.Code? { code { try VerificationKey(jwk: jwk) } }

    private func ec(with name: String, _ value: JSONValue?) -> JSONObject {
        var jwk = ec
        jwk[name] = value
        return jwk
    }

    // MARK: Thumbprints and round trips

    @Test func `computes the thumbprints of RFC 7638 and RFC 8037`() throws {
        let rsa = try VerificationKey(jwk: ["kty": "RSA", "n": .string(rsaModulus), "e": "AQAB", "kid": "x"])
        #expect(rsa.thumbprint == "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs")
        let ed = try VerificationKey(
            jwk: ["kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"])
        #expect(ed.thumbprint == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k")
    }

    @Test(arguments: JWAlgorithm.allCases)
    func `keeps a key through PKCS8, PEM, JWK and SPKI`(algorithm: JWAlgorithm) throws {
        let key = try TestKeys.signingKey(algorithm)
        let again = try SigningKey(pkcs8DER: key.pkcs8DER, algorithm: algorithm)
        #expect(again.kid == key.kid)
        #expect(key.kid == key.publicKey.thumbprint)
        #expect(again.pkcs8DER == key.pkcs8DER)
        let body = Data(key.pkcs8DER).base64EncodedString(options: .lineLength64Characters)
        let pem = "-----BEGIN PRIVATE KEY-----\r\n\(body)\r\n-----END PRIVATE KEY-----\r\n"
        #expect(try SigningKey(pkcs8PEM: pem, algorithm: algorithm, kid: "named").kid == "named")
        let fromJWK = try VerificationKey(jwk: key.publicKey.publicJWK)
        #expect(fromJWK.algorithms == [algorithm])
        #expect(fromJWK.kid == key.kid)
        let fromPEM = try VerificationKey(spkiPEM: key.publicKey.spkiPEM, kid: nil)
        #expect(fromPEM.spkiDER == fromJWK.spkiDER)
        #expect(fromPEM.thumbprint == key.kid)
        let input = bytes("input")
        let signature = try key.sign(input)
        #expect(fromJWK.isValid(signature: signature, for: input, algorithm: algorithm))
        #expect(fromPEM.isValid(signature: signature, for: input, algorithm: algorithm))
    }

    @Test func `publishes nothing private and describes itself by kid`() throws {
        let key = try SigningKey.generate(.es256, kid: "k")
        #expect(key.publicKey.publicJWK.keys == ["crv", "kty", "x", "y", "kid", "use", "alg"])
        #expect("\(key)" == "k")
        var dumped = ""
        dump(key, to: &dumped)
        #expect(!dumped.contains("material"))
    }

    @Test func `refuses a private key of another family or broken PEM`() throws {
        let ec = try SigningKey.generate(.es256)
        #expect(code { try SigningKey(pkcs8DER: ec.pkcs8DER, algorithm: .rs256) } == .keyInvalid)
        #expect(code { try SigningKey(pkcs8DER: ec.pkcs8DER, algorithm: .es384) } == .keyInvalid)
        #expect(code { try SigningKey(pkcs8DER: [], algorithm: .es256) } == .keyInvalid)
        #expect(code { try SigningKey(pkcs8PEM: ec.publicKey.spkiPEM, algorithm: .es256) } == .keyInvalid)
        #expect(code { try VerificationKey(spkiPEM: "-----BEGIN PUBLIC KEY-----", kid: nil) } == .keyInvalid)
        #expect(code { try VerificationKey(spkiDER: [0x30, 0], kid: nil) } == .keyInvalid)
        let twice = ec.publicKey.spkiPEM + ec.publicKey.spkiPEM
        #expect(code { try VerificationKey(spkiPEM: twice, kid: nil) } == .keyInvalid)
    }

    @Test func `refuses algorithms that the family cannot serve`() throws {
        let spki = try SigningKey.generate(.es256).publicKey.spkiDER
        #expect(code { try VerificationKey(spkiDER: spki, kid: nil, algorithms: [.rs256]) } == .keyNotForAlgorithm)
        #expect(code { try VerificationKey(spkiDER: spki, kid: nil, algorithms: []) } == .keyNotForAlgorithm)
    }

    @Test func `refuses to make a short RSA key`() {
        #expect(code { try SigningKey.generate(.rs256, rsaBits: 1024) } == .keyWeak)
    }

    // MARK: What a JWK may say (M32)

    @Test func `takes a JWK with and without use, operations and alg`() throws {
        #expect(try VerificationKey(jwk: ec).algorithms == [.es256])
        #expect(refusal(ec(with: "use", "sig")) == nil)
        #expect(refusal(ec(with: "key_ops", ["verify"])) == nil)
        #expect(refusal(ec(with: "alg", "ES256")) == nil)
        #expect(refusal(ec(with: "x5c", ["MIIB"])) == nil)
        let rsa: JSONObject = ["kty": "RSA", "n": .string(rsaModulus), "e": "AQAB"]
        #expect(try VerificationKey(jwk: rsa).algorithms == [.rs256, .rs384, .rs512, .ps256, .ps384, .ps512])
    }

    @Test func `refuses a key for another use, operation or algorithm`() {
        #expect(refusal(ec(with: "use", "enc")) == .keyNotForVerifying)
        #expect(refusal(ec(with: "use", ["sig"])) == .keyNotForVerifying)
        #expect(refusal(ec(with: "key_ops", ["encrypt"])) == .keyNotForVerifying)
        #expect(refusal(ec(with: "key_ops", [])) == .keyNotForVerifying)
        #expect(refusal(ec(with: "key_ops", "verify")) == .keyInvalid)
        #expect(refusal(ec(with: "key_ops", ["verify", "verify"])) == .keyInvalid)
        for name in ["RS256", "ES384", "HS256", "none", "ES521", "ECDH-ES", "RSA-OAEP"] {
            #expect(refusal(ec(with: "alg", .string(name))) == .keyNotForAlgorithm)
        }
    }

    @Test(arguments: ["d", "p", "q", "dp", "dq", "qi", "oth", "k"])
    func `refuses a published private key`(name: String) {
        #expect(refusal(ec(with: name, "AQAB")) == .keyPrivate)
    }

    @Test func `refuses symmetric, unknown and nameless key types`() {
        #expect(refusal(["kty": "oct", "k": "AAAA"]) == .keyUnsupported)
        #expect(refusal(["kty": "AKP", "alg": "ML-DSA-44", "pub": "AAAA"]) == .keyUnsupported)
        #expect(refusal(["kty": "AKP"]) == .keyUnsupported)
        #expect(refusal(ec(with: "crv", "secp256k1")) == .keyUnsupported)
        #expect(
            refusal(["kty": "OKP", "crv": "X25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"])
                == .keyUnsupported)
        #expect(refusal(ec(with: "kty", nil)) == .keyInvalid)
        #expect(refusal(ec(with: "kid", 1)) == .kidInvalid)
        #expect(refusal(ec(with: "kid", .string(String(repeating: "k", count: 257)))) == .kidInvalid)
    }

    @Test func `refuses a point off the curve, of another curve or of another length`() {
        #expect(refusal(ec(with: "y", "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a4")) == .keyInvalid)
        #expect(refusal(ec(with: "crv", "P-384")) == .keyInvalid)
        #expect(refusal(ec(with: "x", "AH_Nzidw9sRdQYPL7m_bS3tYBzM1e-nvE7rPbjx70VRF")) == .keyInvalid)
        #expect(refusal(ec(with: "x", "")) == .keyInvalid)
        #expect(refusal(ec(with: "x", nil)) == .keyInvalid)
        #expect(refusal(ec(with: "x", "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU=")) == .base64URLInvalid)
        let zero = JSONValue.string(Base64URL.encode([UInt8](repeating: 0, count: 32)))
        #expect(refusal(["kty": "EC", "crv": "P-256", "x": zero, "y": zero]) == .keyInvalid)
    }

    @Test func `bounds RSA moduli and exponents`() throws {
        func refusal(n: [UInt8], e: [UInt8]) -> JOSEError.Code? {
            self.refusal(["kty": "RSA", "n": .string(Base64URL.encode(n)), "e": .string(Base64URL.encode(e))])
        }
        let good = try Base64URL.decode(rsaModulus)
        #expect(refusal(n: good, e: [1, 0, 1]) == nil)
        #expect(refusal(n: [0, 0] + good, e: [0, 1, 0, 1]) == nil)
        #expect(refusal(n: good, e: [3]) == nil)
        #expect(refusal(n: good, e: [1]) == .keyWeak)
        #expect(refusal(n: good, e: [0, 1]) == .keyWeak)
        #expect(refusal(n: good, e: [1, 0, 0]) == .keyInvalid)
        #expect(refusal(n: good, e: [0]) == .keyInvalid)
        #expect(refusal(n: good, e: [1, 0, 0, 0, 1]) == .keyInvalid)
        #expect(refusal(n: good.dropLast() + [good[255] & 0xfe], e: [1, 0, 1]) == .keyInvalid)
        #expect(refusal(n: Array(good.dropFirst()), e: [1, 0, 1]) == .keyWeak)
        #expect(refusal(n: [0x7f] + good.dropFirst(), e: [1, 0, 1]) == .keyWeak)
        #expect(refusal(n: [1] + [UInt8](repeating: 0x55, count: 1024), e: [1, 0, 1]) == .keyInvalid)
        #expect(refusal(n: [0], e: [1, 0, 1]) == .keyInvalid)
    }

    @Test func `refuses a short RSA key that comes as DER`() throws {
        let short = try _RSA.Signing.PrivateKey(unsafeKeySize: .init(bitCount: 1024))
        let spki = [UInt8](short.publicKey.derRepresentation)
        #expect(code { try VerificationKey(spkiDER: spki, kid: nil) } == .keyWeak)
        let pkcs8 = [UInt8](short.pkcs8DERRepresentation)
        #expect(code { try SigningKey(pkcs8DER: pkcs8, algorithm: .rs256) } == .keyInvalid)
    }

    @Test func `refuses a modulus of the generator with the ROCA flaw`() {
        let modulus =
            "AanFpofbj7KjD4Lf-N2hVMKR7yewSyXhhbirIMTGpfYEhZ_lnt5UoK98DnKIgArXGTu3MaW_HhFw16HGaTDUHqPrId7fe4r1"
            + "1CqRw09yBFuW79V8sYIwHdzCaWflUI6auImYbVfoN9_nD5n8N8SY9DwXw7mwZM9wREPXoDPgOoIWl6q_MPsp7n0zs3Z5ZaiQ"
            + "WOOzl1S9OhwAfSiiOwz6efnXEaxuTEtPd7BjSx7NaFka8Dx9U7YqXy2RFj1O9PjyaDGuRh7YXsX3iMUSP_wSyHQg_c_qHRtK"
            + "UsNSGCT7OZg0hzm2KphtjnayKJvC64vAbROBR4Ubg6Bxg9IQVZ-QYyE"
        #expect(refusal(["kty": "RSA", "n": .string(modulus), "e": "AQAB"]) == .keyWeak)
    }
}
