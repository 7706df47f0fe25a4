import Crypto
import CryptoExtras
import Foundation

/// A private key bound to one algorithm.
///
/// It describes itself by its key id and writes its octets out only on request.
package struct SigningKey: Sendable, CustomStringConvertible, CustomReflectable {
    /// The one algorithm it signs with.
    package let algorithm: JWAlgorithm

    /// The key id that goes into headers; by default the RFC 7638 thumbprint.
    package let kid: String

    /// The public half, for verifying and publishing.
    package let publicKey: VerificationKey

    private let material: PrivateKeyMaterial

    init(_ material: PrivateKeyMaterial, algorithm: JWAlgorithm, kid: String?) throws(JOSEError) {
        let publicMaterial = material.publicMaterial
        let anonymous = try VerificationKey(material: publicMaterial, kid: nil, algorithms: [algorithm])
        let kid = kid ?? anonymous.thumbprint
        self.material = material
        self.algorithm = algorithm
        self.kid = kid
        publicKey = try VerificationKey(material: publicMaterial, kid: kid, algorithms: [algorithm])
    }

    /// Makes a new key; `rsaBits` counts for RSA algorithms only.
    package static func generate(
        _ algorithm: JWAlgorithm, rsaBits: Int = 2048, kid: String? = nil
    ) throws(JOSEError) -> SigningKey {
        try SigningKey(.generate(algorithm, rsaBits: rsaBits), algorithm: algorithm, kid: kid)
    }

    /// Reads a PKCS#8 private key.
    package init(pkcs8DER: [UInt8], algorithm: JWAlgorithm, kid: String? = nil) throws(JOSEError) {
        try self.init(PrivateKeyMaterial(pkcs8DER: pkcs8DER, algorithm: algorithm), algorithm: algorithm, kid: kid)
    }

    /// Reads a PEM `PRIVATE KEY`.
    package init(pkcs8PEM: String, algorithm: JWAlgorithm, kid: String? = nil) throws(JOSEError) {
        try self.init(pkcs8DER: PEM.decode(pkcs8PEM, label: "PRIVATE KEY"), algorithm: algorithm, kid: kid)
    }

    /// The key id, never the key.
    package var description: String { kid }

    /// Never the key.
    package var customMirror: Mirror { Mirror(self, children: ["kid": kid]) }

    /// The private key as PKCS#8, to be sealed before it rests anywhere.
    package var pkcs8DER: [UInt8] { [UInt8](material.pkcs8DER) }

    /// Signs octets.
    package func sign(_ input: [UInt8]) throws(JOSEError) -> [UInt8] {
        do { return [UInt8](try material.sign(input, algorithm: algorithm)) } catch { throw JOSEError(.keyInvalid) }
    }

    /// Issues a JSON Web Token with the header `{alg, kid, typ}`.
    package func issue(claims: JSONObject, typ: String? = "JWT") throws(JOSEError) -> String {
        var header: JSONObject = ["alg": .string(algorithm.rawValue), "kid": .string(kid)]
        if let typ { header["typ"] = .string(typ) }
        return try issue(header: header, payload: claims.serialized())
    }

    /// Signs a compact JWS with the header as given; what the header says is the caller's affair.
    package func issue(header: JSONObject, payload: [UInt8]) throws(JOSEError) -> String {
        var token = Base64URL.encodedBytes(header.serialized())
        token.append(UInt8(ascii: "."))
        token += Base64URL.encodedBytes(payload)
        let signature = try sign(token)
        token.append(UInt8(ascii: "."))
        token += Base64URL.encodedBytes(signature)
        return String(decoding: token, as: UTF8.self)
    }
}
