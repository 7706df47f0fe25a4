import Foundation

/// A mail domain as an A-label in lower case (RFC 5890 2.3.2.1): the one form in which domains are compared.
///
/// U-labels become A-labels by IDNA2008 without the mappings of UTS #46, so that no look-alike is quietly turned into
/// what it looks like. A label of mixed scripts is refused.
public struct EmailDomain: Hashable, Sendable, Codable, Comparable, CustomStringConvertible {
    /// The A-label form in lower case.
    public let ascii: String

    /// Parses a domain in A-label or U-label form.
    ///
    /// Nil for anything that is not at least two well-formed labels.
    public init?(_ text: String) {
        // Before any work that grows with the square of the length.
        guard text.utf8.count <= 4 * 253 else { return nil }
        var labels: [String] = []
        for label in text.split(separator: ".", omittingEmptySubsequences: false) {
            guard let ascii = DomainLabel.ascii(String(label)) else { return nil }
            labels.append(ascii)
        }
        guard labels.count >= 2, labels.last?.utf8.allSatisfy({ (48...57).contains($0) }) == false else { return nil }
        ascii = labels.joined(separator: ".")
        guard ascii.utf8.count <= 253 else { return nil }
    }

    /// Reads the written form.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let domain = EmailDomain(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "is not a mail domain")
        }
        self = domain
    }

    /// Writes the A-label form.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(ascii)
    }

    /// Orders by A-label.
    public static func < (left: EmailDomain, right: EmailDomain) -> Bool { left.ascii < right.ascii }

    /// The A-label form.
    public var description: String { ascii }
}

/// One label of a domain name.
enum DomainLabel {
    /// The A-label in lower case, or nil where the label is not one that IDNA2008 registers (RFC 5891 4.2).
    static func ascii(_ label: String) -> String? {
        guard !label.isEmpty else { return nil }
        let lower = label.utf8.allSatisfy { $0 < 128 } ? label.lowercased() : nil
        if let lower {
            guard lower.hasPrefix("xn--") else { return isPlain(lower) ? lower : nil }
            guard let unicode = Punycode.decode(String(lower.dropFirst(4))), let back = encode(unicode) else {
                return nil
            }
            return back == lower ? lower : nil
        }
        // Before the letters become lower-case, or the Kelvin sign would pass as a `k`.
        return label.isCompatibilityComposed ? encode(label.lowercased()) : nil
    }

    private static func isPlain(_ label: String) -> Bool {
        guard isHyphenated(label), label.utf8.count <= 63 else { return false }
        return label.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 45 }
    }

    /// RFC 5891 4.2.3.1: no hyphen at either end, none in the third and fourth place.
    private static func isHyphenated(_ label: String) -> Bool {
        let scalars = Array(label.unicodeScalars)
        return scalars.first != "-" && scalars.last != "-"
            && !(scalars.count >= 4 && scalars[2] == "-" && scalars[3] == "-")
    }

    private static func encode(_ label: String) -> String? {
        guard isUnicodeLabel(label), let code = Punycode.encode(label) else { return nil }
        let ascii = "xn--\(code)"
        return ascii.utf8.count <= 63 ? ascii : nil
    }

    /// RFC 5891 4.2.1-4.2.3 and one script: NFC, stable under NFKC, letters, marks and digits, no leading mark.
    private static func isUnicodeLabel(_ label: String) -> Bool {
        let scalars = Array(label.unicodeScalars)
        guard scalars.contains(where: { !$0.isASCII }), isHyphenated(label),
            label.isCompatibilityComposed,
            let first = scalars.first, !first.isMark,
            scalars.allSatisfy({ $0 == "-" || $0.isDomainLetter })
        else { return false }
        return Script.isOneScript(scalars) && isWrittenOneWay(scalars)
    }

    /// RFC 5893 2, rules 1 to 4, for a label from right to left: it begins with a letter, ends with a letter or digit,
    /// and has digits of one kind, or its parts change places on the screen.
    private static func isWrittenOneWay(_ scalars: [Unicode.Scalar]) -> Bool {
        guard scalars.contains(where: \.isRightToLeft) else { return true }
        let european = scalars.contains { ("0"..."9").contains($0) }
        let arabic = scalars.contains { ("\u{660}"..."\u{669}").contains($0) }
        return scalars[0].isRightToLeft && !(european && arabic)
    }
}

extension String {
    /// Whether the text is its own NFKC form.
    ///
    /// `==` compares by canonical equivalence, the very difference looked for.
    var isCompatibilityComposed: Bool { isSameText(as: precomposedStringWithCompatibilityMapping) }
}

extension Unicode.Scalar {
    /// A lower-case or caseless letter, a mark or a digit: what IDNA2008 calls PVALID, but for its exceptions.
    var isDomainLetter: Bool {
        switch properties.generalCategory {
        case .lowercaseLetter, .otherLetter, .modifierLetter, .nonspacingMark, .spacingMark, .decimalNumber:
            !properties.isDefaultIgnorableCodePoint && !Self.disallowed.contains(self)
        default: false
        }
    }

    /// What may stand in a local part beyond ASCII: a domain's letters, and upper-case ones, for nothing folds them.
    var isMailboxLetter: Bool { isDomainLetter || properties.generalCategory == .uppercaseLetter }

    var isMark: Bool {
        switch properties.generalCategory {
        case .nonspacingMark, .spacingMark, .enclosingMark: true
        default: false
        }
    }

    /// A Hebrew or Arabic letter; others are in no script that a label may have.
    fileprivate var isRightToLeft: Bool {
        (0x5D0...0x5EA).contains(value)
            || ((0x620...0x6D3).contains(value) && properties.generalCategory == .otherLetter)
    }

    /// DISALLOWED in RFC 5892 2.6 and 2.2 in spite of their category: the Arabic tatweel only stretches a word, and the
    /// iota subscript folds to a letter.
    private static let disallowed: Set<Unicode.Scalar> = ["\u{640}", "\u{345}"]
}
