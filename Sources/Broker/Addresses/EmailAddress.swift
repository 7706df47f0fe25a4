/// An e-mail address, parsed once and strictly, so that no two parts of the broker read the same text differently.
///
/// The local part is kept and compared byte for byte; the domain is an A-label in lower case. Quoted local parts,
/// comments, display names, lists, domain literals and single-label domains are not addresses here.
public struct EmailAddress: Hashable, Sendable, Codable, CustomStringConvertible {
    /// What stands before the at sign, byte for byte.
    public let localPart: String
    /// The domain.
    public let domain: EmailDomain

    /// The most octets of the written form (RFC 5321 4.5.3.1.3, without the angle brackets).
    public static let maximumBytes = 254

    /// Parses an address as an IdP asserts it.
    ///
    /// Nil unless every octet is as it should be.
    public init?(_ text: String) {
        // A U-label may be longer than its A-label; the bound on the written form comes below.
        guard text.utf8.count <= 4 * Self.maximumBytes else { return nil }
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, Self.isLocalPart(parts[0]), let domain = EmailDomain(String(parts[1])) else {
            return nil
        }
        localPart = String(parts[0])
        self.domain = domain
        guard localPart.utf8.count + 1 + domain.ascii.utf8.count <= Self.maximumBytes else { return nil }
    }

    /// Parses an address as a person types it: blanks around it are dropped, nothing else is.
    public init?(typed text: String) {
        self.init(String(text.trimmingBlanks))
    }

    /// Reads the written form.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let address = EmailAddress(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "is not an e-mail address")
        }
        self = address
    }

    /// Writes the written form.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }

    /// The written form; equal addresses are equal text.
    public var description: String { "\(localPart)@\(domain)" }

    /// RFC 5321 4.1.2 dot-string of at most 64 octets, with letters of RFC 6531 that carry no direction or width
    /// tricks.
    private static func isLocalPart(_ text: Substring) -> Bool {
        guard (1...64).contains(text.utf8.count) else { return false }
        // Scalars and not characters: a mark after a dot makes another character, and still a leading dot.
        let atoms = text.unicodeScalars.split(separator: ".", omittingEmptySubsequences: false)
        return atoms.allSatisfy { isAtom($0) } && isOneScript(text)
    }

    private static func isAtom(_ atom: Substring.UnicodeScalarView.SubSequence) -> Bool {
        guard let first = atom.first, !first.isMark else { return false }
        return atom.allSatisfy { $0.isASCII ? isAtomText($0) : $0.isMailboxLetter }
    }

    private static func isAtomText(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9": true
        case "!", "#", "$", "%", "&", "'", "*", "+", "-", "/", "=", "?", "^", "_", "`", "{", "|", "}", "~": true
        default: false
        }
    }

    /// A look-alike from another script or another width would be a second mailbox that reads like the first.
    private static func isOneScript(_ text: Substring) -> Bool {
        guard !text.utf8.allSatisfy({ $0 < 128 }) else { return true }
        guard String(text).isCompatibilityComposed else { return false }
        return Script.isOneScript(text.lowercased().unicodeScalars.filter { !$0.isASCII || ("a"..."z").contains($0) })
    }
}

extension StringProtocol {
    /// The text without blanks and tabs at either end.
    ///
    /// Line ends are no blanks: they must not vanish silently.
    package var trimmingBlanks: SubSequence {
        let isBlank: (Character) -> Bool = { $0 == " " || $0 == "\t" }
        guard let first = firstIndex(where: { !isBlank($0) }), let last = lastIndex(where: { !isBlank($0) }) else {
            return self[startIndex..<startIndex]
        }
        return self[first...last]
    }
}
