/// What a protected header may say, one function per rule.
enum HeaderChecks {
    /// RFC 7515 section 4.1.11: we know no extension, so whatever is critical is unknown to us.
    static func refuseCritical(_ header: JSONObject) throws(JOSEError) {
        guard !header.contains("crit") else { throw JOSEError(.critUnsupported) }
    }

    /// RFC 7797: with `b64` two readers could take the payload for different octets.
    static func refuseUnencodedPayload(_ header: JSONObject) throws(JOSEError) {
        guard !header.contains("b64") else { throw JOSEError(.b64Unsupported) }
    }

    /// RFC 8725 section 3.10: a key, or the address of one, that the token itself brings is the attacker's key.
    ///
    /// The thumbprints `x5t` and `x5t#S256` carry no key and no address; they are ignored: Entra and AD FS send them.
    static func refuseEmbeddedKeys(_ header: JSONObject) throws(JOSEError) {
        guard !["jwk", "jku", "x5u", "x5c"].contains(where: header.contains) else {
            throw JOSEError(.headerKeyForbidden)
        }
    }

    /// RFC 7515 section 4.1.1: present, a string, case-sensitive.
    ///
    /// `none` and HMAC are no algorithms here.
    static func algorithm(_ header: JSONObject) throws(JOSEError) -> JWAlgorithm {
        guard let value = header["alg"] else { throw JOSEError(.algMissing) }
        guard let name = value.string, let algorithm = JWAlgorithm(rawValue: name),
            algorithm.rawValue.hasSameBytes(as: name)
        else { throw JOSEError(.algUnsupported) }
        return algorithm
    }

    /// RFC 7515 section 4.1.4: a string, and short enough to look up and to log by hash.
    static func keyID(_ header: JSONObject) throws(JOSEError) -> String? {
        guard let value = header["kid"] else { return nil }
        guard let kid = value.string, kid.utf8.count <= VerificationKey.maximumKeyIDLength else {
            throw JOSEError(.kidInvalid)
        }
        return kid
    }

    /// RFC 7515 section 4.1.9: a string.
    static func type(_ header: JSONObject) throws(JOSEError) -> String? {
        guard let value = header["typ"] else { return nil }
        guard let typ = value.string else { throw JOSEError(.headerInvalid) }
        return typ
    }
}
