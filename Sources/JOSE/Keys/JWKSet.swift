package import Foundation

/// A JSON Web Key Set (RFC 7517 section 5).
///
/// A key we cannot use is left out with its reason; the rest serve on.
package struct JWKSet: Sendable {
    /// The most keys a set may have.
    package static let maximumKeys = 100

    /// The most octets a set may have.
    package static let maximumBytes = 1 << 20

    /// The usable keys in order; two of one `kid` are both candidates.
    package let keys: [VerificationKey]

    /// The keys left out.
    package let skipped: [SkippedKey]

    /// A key that was left out.
    package struct SkippedKey: Sendable, Hashable {
        /// Its position in the document.
        package let index: Int
        /// Its key id, when it has a proper one.
        package let kid: String?
        /// Why it cannot be used.
        package let reason: JOSEError.Code
    }

    /// A set of our own keys.
    package init(keys: [VerificationKey]) {
        self.keys = keys
        skipped = []
    }

    /// Reads a set; it fails only when it is no set at all or larger than the bounds.
    package static func parse(_ bytes: [UInt8]) throws(JOSEError) -> JWKSet {
        guard bytes.count <= maximumBytes else { throw JOSEError(.keySetTooLarge) }
        guard let entries = try JSONObject.parse(bytes).array("keys") else { throw JOSEError(.keySetInvalid) }
        guard entries.count <= maximumKeys else { throw JOSEError(.keySetTooLarge) }
        return JWKSet(entries: entries)
    }

    /// Reads a set.
    package static func parse(_ data: Data) throws(JOSEError) -> JWKSet { try parse([UInt8](data)) }

    private init(entries: [JSONValue]) {
        var keys: [VerificationKey] = []
        var skipped: [SkippedKey] = []
        for (index, entry) in entries.enumerated() {
            do throws(JOSEError) {
                guard let jwk = entry.object else { throw JOSEError(.keyInvalid) }
                keys.append(try VerificationKey(jwk: jwk))
            } catch {
                let kid = entry.object?.string("kid")
                let isShort = kid.map { $0.utf8.count <= VerificationKey.maximumKeyIDLength } ?? false
                skipped.append(SkippedKey(index: index, kid: isShort ? kid : nil, reason: error.code))
            }
        }
        self.keys = keys
        self.skipped = skipped
    }

    /// The usable keys as a document for publishing; it can hold nothing private.
    package func serialized() -> [UInt8] {
        let object: JSONObject = ["keys": .array(keys.map { .object($0.publicJWK) })]
        return object.serialized()
    }
}
