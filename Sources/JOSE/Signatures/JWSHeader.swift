/// A protected header that passed every header check.
package struct JWSHeader: Sendable {
    /// The algorithm the token names; it counts only when configuration and key agree.
    package let algorithm: JWAlgorithm

    /// The key id the token names: a name to look up, exactly and only among configured keys.
    package let kid: String?

    /// The media type the token claims to be.
    package let typ: String?

    /// All parameters.
    package let parameters: JSONObject

    /// Reads a header, refusing what no header may say.
    init(_ bytes: [UInt8]) throws(JOSEError) {
        let parameters: JSONObject
        do throws(JOSEError) {
            parameters = try JSONObject.parse(bytes)
        } catch {
            throw error.code == .jsonDuplicateKey ? error : JOSEError(.headerInvalid)
        }
        try HeaderChecks.refuseCritical(parameters)
        try HeaderChecks.refuseUnencodedPayload(parameters)
        try HeaderChecks.refuseEmbeddedKeys(parameters)
        algorithm = try HeaderChecks.algorithm(parameters)
        kid = try HeaderChecks.keyID(parameters)
        typ = try HeaderChecks.type(parameters)
        self.parameters = parameters
    }

    /// RFC 8725 section 3.11: a token of one kind is not taken for another.
    package func requireType(_ allowed: AllowedTypes) throws(JOSEError) {
        guard allowed.contains(typ) else { throw JOSEError(.typNotAllowed) }
    }
}

/// The `typ` values a caller takes.
package struct AllowedTypes: Sendable {
    private let names: Set<String>?
    private let absent: Bool

    private init(names: Set<String>?, absent: Bool) {
        self.names = names
        self.absent = absent
    }

    /// These media types, compared without case and without `application/`; `absent` takes a header without `typ` too.
    package init(_ names: [String], absent: Bool = false) {
        self.init(names: Set(names.map(Self.normalised)), absent: absent)
    }

    /// Whatever the header says.
    package static let any = AllowedTypes(names: nil, absent: true)

    func contains(_ typ: String?) -> Bool {
        guard let names else { return true }
        guard let typ else { return absent }
        return names.contains(Self.normalised(typ))
    }

    /// RFC 7515 section 4.1.9: the prefix may be left out where no other slash follows.
    private static func normalised(_ typ: String) -> String {
        let name = typ.lowercased()
        let short = name.dropFirst("application/".count)
        return name.hasPrefix("application/") && !short.contains("/") ? String(short) : name
    }
}
