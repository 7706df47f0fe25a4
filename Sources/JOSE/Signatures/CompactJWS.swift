/// A JWS in compact serialisation (RFC 7515 section 7.1), read but not verified.
package struct CompactJWS: Sendable {
    /// The most octets a token may have unless the caller says otherwise.
    package static let defaultMaximumBytes = 16 * 1024

    /// The protected header.
    package let header: JWSHeader

    /// What the token carries, before anybody vouched for it.
    package let unverifiedPayload: [UInt8]

    /// The signature octets.
    package let signature: [UInt8]

    /// The octets the signature covers: header and payload as they came.
    let signingInput: ArraySlice<UInt8>

    /// Reads a token: exactly three parts, canonical base64url, a header within the rules, a signature.
    ///
    /// An empty payload is legal in JWS; `JWT` refuses it because it is no claims object.
    package static func parse(
        _ token: String, maximumBytes: Int = defaultMaximumBytes
    ) throws(JOSEError) -> CompactJWS {
        guard token.utf8.count <= maximumBytes else { throw JOSEError(.tokenTooLarge) }
        let bytes = [UInt8](token.utf8)
        let dot = UInt8(ascii: ".")
        guard let first = bytes.firstIndex(of: dot), let last = bytes.lastIndex(of: dot), first > 0, first < last,
            !bytes[(first + 1)..<last].contains(dot)
        else { throw JOSEError(.tokenNotCompact) }
        guard last + 1 < bytes.count else { throw JOSEError(.signatureEmpty) }
        return CompactJWS(
            header: try JWSHeader(Base64URL.decode(bytes[..<first])),
            unverifiedPayload: try Base64URL.decode(bytes[(first + 1)..<last]),
            signature: try Base64URL.decode(bytes[(last + 1)...]),
            signingInput: bytes[..<last])
    }
}
