import Crypto
import CryptoExtras
import Foundation

extension VerificationKey {
    /// The longest key id that is accepted, in octets.
    package static let maximumKeyIDLength = 256

    /// Reads a public JSON Web Key (RFC 7517 section 4, RFC 7518 section 6, RFC 8037 section 2).
    package init(jwk: JSONObject) throws(JOSEError) {
        try Self.checkPublic(jwk)
        try Self.checkUse(jwk)
        try Self.checkOperations(jwk)
        let kid = try Self.keyID(jwk)
        let material = try PublicKeyMaterial(jwk: jwk)
        try self.init(material: material, kid: kid, algorithms: Self.algorithms(jwk))
    }

    /// A published private key is known to everybody, so nothing it signed proves anything.
    private static func checkPublic(_ jwk: JSONObject) throws(JOSEError) {
        guard jwk.string("kty") != "oct" else { throw JOSEError(.keyUnsupported) }
        let privateNames = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"]
        guard !privateNames.contains(where: jwk.contains) else { throw JOSEError(.keyPrivate) }
    }

    /// RFC 7517 section 4.2: a key for encryption does not sign.
    private static func checkUse(_ jwk: JSONObject) throws(JOSEError) {
        guard let use = jwk["use"] else { return }
        guard use == "sig" else { throw JOSEError(.keyNotForVerifying) }
    }

    /// RFC 7517 section 4.3: when operations are listed, verifying is among them, and none is listed twice.
    private static func checkOperations(_ jwk: JSONObject) throws(JOSEError) {
        guard jwk.contains("key_ops") else { return }
        guard let operations = jwk.strings("key_ops"), Set(operations).count == operations.count else {
            throw JOSEError(.keyInvalid)
        }
        guard operations.contains("verify") else { throw JOSEError(.keyNotForVerifying) }
    }

    private static func keyID(_ jwk: JSONObject) throws(JOSEError) -> String? {
        guard let value = jwk["kid"] else { return nil }
        guard let kid = value.string, kid.utf8.count <= maximumKeyIDLength else { throw JOSEError(.kidInvalid) }
        return kid
    }

    /// RFC 7517 section 4.4: `alg` narrows the key to one algorithm; nil when the key does not say.
    private static func algorithms(_ jwk: JSONObject) throws(JOSEError) -> Set<JWAlgorithm>? {
        guard let value = jwk["alg"] else { return nil }
        guard let algorithm = value.string.flatMap(JWAlgorithm.init) else { throw JOSEError(.keyNotForAlgorithm) }
        return [algorithm]
    }

    /// The key for publishing: its members, `kid`, `use`, and `alg` when it serves one algorithm.
    package var publicJWK: JSONObject {
        var jwk = material.jwkMembers
        if let kid { jwk["kid"] = .string(kid) }
        jwk["use"] = "sig"
        if algorithms.count == 1, let algorithm = algorithms.first { jwk["alg"] = .string(algorithm.rawValue) }
        return jwk
    }

    /// RFC 7638: the SHA-256 of the key's required members in alphabetical order.
    package var thumbprint: String {
        Base64URL.encode(Digests.sha256(material.jwkMembers.serialized()))
    }
}

extension PublicKeyMaterial {
    init(jwk: JSONObject) throws(JOSEError) {
        switch (jwk.string("kty"), jwk.string("crv")) {
        case ("EC", "P-256"):
            let point = try Self.point(jwk, octets: 32)
            do { self = .p256(try .init(rawRepresentation: point)) } catch { throw JOSEError(.keyInvalid) }
        case ("EC", "P-384"):
            let point = try Self.point(jwk, octets: 48)
            do { self = .p384(try .init(rawRepresentation: point)) } catch { throw JOSEError(.keyInvalid) }
        case ("EC", "P-521"):
            let point = try Self.point(jwk, octets: 66)
            do { self = .p521(try .init(rawRepresentation: point)) } catch { throw JOSEError(.keyInvalid) }
        case ("OKP", "Ed25519"):
            let x = try Self.octets("x", of: jwk, count: 32)
            do { self = .ed25519(try .init(rawRepresentation: x)) } catch { throw JOSEError(.keyInvalid) }
        case ("RSA", _):
            self = .rsa(
                try RSAKeyChecks.key(modulus: Self.octets("n", of: jwk), exponent: Self.octets("e", of: jwk)))
        case (nil, _): throw JOSEError(.keyInvalid)
        default: throw JOSEError(.keyUnsupported)
        }
    }

    /// The members a thumbprint covers, in alphabetical order (RFC 7638 section 3.2).
    var jwkMembers: JSONObject {
        switch self {
        case .p256(let key): Self.ecMembers("P-256", point: key.rawRepresentation)
        case .p384(let key): Self.ecMembers("P-384", point: key.rawRepresentation)
        case .p521(let key): Self.ecMembers("P-521", point: key.rawRepresentation)
        case .ed25519(let key):
            ["crv": "Ed25519", "kty": "OKP", "x": .string(Base64URL.encode(key.rawRepresentation))]
        case .rsa(let key): Self.rsaMembers(key)
        }
    }

    private static func ecMembers(_ curve: String, point: Data) -> JSONObject {
        let point = [UInt8](point)
        let half = point.count / 2
        return [
            "crv": .string(curve), "kty": "EC", "x": .string(Base64URL.encode(Array(point[..<half]))),
            "y": .string(Base64URL.encode(Array(point[half...]))),
        ]
    }

    private static func rsaMembers(_ key: _RSA.Signing.PublicKey) -> JSONObject {
        // Reading the numbers back fails only when memory runs out; the empty members then match no key.
        let numbers = try? key.getKeyPrimitives()
        let exponent = numbers.map { Base64URL.encode(Data($0.publicExponent.drop { $0 == 0 })) }
        let modulus = numbers.map { Base64URL.encode(Data($0.modulus.drop { $0 == 0 })) }
        return ["e": .string(exponent ?? ""), "kty": "RSA", "n": .string(modulus ?? "")]
    }

    /// RFC 7518 section 6.2.1.2: each coordinate has the full length of the field.
    ///
    /// The curve equation is checked by swift-crypto.
    private static func point(_ jwk: JSONObject, octets: Int) throws(JOSEError) -> [UInt8] {
        try self.octets("x", of: jwk, count: octets) + self.octets("y", of: jwk, count: octets)
    }

    private static func octets(_ name: String, of jwk: JSONObject, count: Int? = nil) throws(JOSEError) -> [UInt8] {
        guard let text = jwk.string(name), !text.isEmpty else { throw JOSEError(.keyInvalid) }
        let octets = try Base64URL.decode(text)
        guard count == nil || octets.count == count else { throw JOSEError(.keyInvalid) }
        return octets
    }
}
