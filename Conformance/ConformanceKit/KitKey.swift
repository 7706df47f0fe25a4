import Broker
import Foundation
import JOSE
import Synchronization

/// A signing key of a scripted upstream.
public struct KitKey: Sendable, CustomStringConvertible {
    let key: SigningKey

    private static let made = Mutex<[String: SigningKey]>([:])

    /// A key; the same name and algorithm give the same key, for RSA keys take their time.
    ///
    /// - Parameters:
    ///   - name: tells keys apart, and is the key id unless that is given.
    ///   - algorithm: a JWS algorithm, such as `RS256` or `ES256`.
    public init(_ name: String = "k1", algorithm: String = "RS256", kid: String? = nil) throws(KitFailure) {
        guard let algorithm = JWAlgorithm(rawValue: algorithm) else { throw KitFailure("\(algorithm) is no algorithm") }
        do {
            let made = try Self.made.withLock { made in
                let place = "\(algorithm.rawValue) \(name)"
                let key = try made[place] ?? SigningKey.generate(algorithm, kid: name)
                made[place] = key
                return key
            }
            key = try kid.map { try SigningKey(pkcs8DER: made.pkcs8DER, algorithm: algorithm, kid: $0) } ?? made
        } catch {
            throw KitFailure("no key: \(error)")
        }
    }

    private init(_ key: SigningKey) { self.key = key }

    /// The key's id.
    public var kid: String { key.kid }

    /// The same key under another id.
    public func named(_ kid: String) throws(KitFailure) -> KitKey {
        guard let key = try? SigningKey(pkcs8DER: key.pkcs8DER, algorithm: key.algorithm, kid: kid) else {
            throw KitFailure("no key of that name")
        }
        return KitKey(key)
    }

    /// The public half, as it stands in a JWKS.
    public var publicJWK: Claims { key.publicKey.publicJWK.claims }

    /// The private half as a PEM file (PKCS #8).
    public var pem: String {
        "-----BEGIN PRIVATE KEY-----\n\(Data(key.pkcs8DER).base64EncodedString())\n-----END PRIVATE KEY-----\n"
    }

    /// A signed token.
    public func token(_ claims: Claims, typ: String? = "JWT") throws(KitFailure) -> String {
        var header: Claims = ["alg": .string(key.algorithm.rawValue), "kid": .string(key.kid)]
        header["typ"] = typ.map { .string($0) }
        return try sign(header: header, payload: claims.jsonText)
    }

    /// A signed token with header and payload exactly as given.
    public func sign(header: Claims, payload: String) throws(KitFailure) -> String {
        do {
            return try key.issue(header: try header.joseObject, payload: [UInt8](payload.utf8))
        } catch {
            throw KitFailure("cannot sign: \(error)")
        }
    }

    /// A token whose MAC key is the public key (the attack of RFC 8725 2.1).
    func macWithPublicKey(header: Claims, payload: String) -> String {
        let input = "\(Base64URL.encode(Data(header.jsonText.utf8))).\(Base64URL.encode(Data(payload.utf8)))"
        let mac = Digests.hmacSHA256(key: [UInt8](key.publicKey.spkiPEM.utf8), message: [UInt8](input.utf8))
        return "\(input).\(Base64URL.encode(mac))"
    }

    /// A token that nobody signed.
    static func unsigned(header: Claims, payload: String) -> String {
        "\(Base64URL.encode(Data(header.jsonText.utf8))).\(Base64URL.encode(Data(payload.utf8)))."
    }

    /// `at_hash` or `c_hash` of a value under this key's algorithm.
    public func leftHalfHash(of value: String) -> String {
        TokenHash.leftHalf(of: value, algorithm: key.algorithm)
    }

    /// The key's id.
    public var description: String { kid }
}

/// A JWKS document of these keys.
public func keySet(_ keys: [KitKey]) -> Claims { ["keys": .array(keys.map { .object($0.publicJWK) })] }
