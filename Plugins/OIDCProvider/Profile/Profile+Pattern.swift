extension OIDCProvider.Profile.Variable {
    /// The forms that a variable's values can have.
    ///
    /// They are few and fixed: a regular expression in a document from elsewhere could keep the broker busy for ever.
    package enum Pattern: String, Codable, Sendable, CaseIterable {
        /// A host name in lower case with at least one dot.
        case host
        /// One part of a host name.
        case label
        /// A UUID in lower case.
        case uuid
        /// Letters, digits, `-`, `_` and `.`, the first one a letter or digit.
        case word
        /// The name of a claim, which may look like a URL.
        case claim

        /// Completes the sentence "must be ...".
        var text: String {
            switch self {
            case .host: "a host name in lower case, without https:// and without a slash"
            case .label: "one part of a host name: lower-case letters, digits and '-'"
            case .uuid: "a UUID in lower case, such as 0a1b2c3d-0000-4000-8000-000000000000"
            case .word: "1 to 128 letters, digits, '-', '_' or '.', starting with a letter or digit"
            case .claim: "the name of a claim: 1 to 200 visible ASCII characters without braces"
            }
        }

        /// Whether values can stand in a URL without changing its structure.
        var isSafeInURL: Bool { self != .claim }

        /// Whether a value is of the form.
        func accepts(_ value: String) -> Bool {
            switch self {
            case .host:
                value.utf8.count <= 253 && value.contains(".")
                    && value.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { Self.isLabel($0) }
            case .label: Self.isLabel(value[...])
            case .uuid: Self.isUUID(value)
            case .word: Self.isWord(value)
            case .claim:
                (1...200).contains(value.utf8.count)
                    && value.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != 0x7B && $0 != 0x7D }
            }
        }

        static func isWord(_ value: String) -> Bool {
            guard let first = value.utf8.first, isAlphanumeric(first), value.utf8.count <= 128 else { return false }
            return value.utf8.allSatisfy { isAlphanumeric($0) || "-_.".utf8.contains($0) }
        }

        private static func isLabel(_ label: Substring) -> Bool {
            (1...63).contains(label.utf8.count) && !label.hasPrefix("-") && !label.hasSuffix("-")
                && label.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 45 }
        }

        private static func isUUID(_ value: String) -> Bool {
            value.split(separator: "-", omittingEmptySubsequences: false).map(\.utf8.count) == [8, 4, 4, 4, 12]
                && value.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) || $0 == 45 }
        }

        private static func isAlphanumeric(_ octet: UInt8) -> Bool {
            (48...57).contains(octet) || (65...90).contains(octet) || (97...122).contains(octet)
        }
    }

    /// Whether a value is one that the profile asks for.
    func accepts(_ value: String) -> Bool { oneOf.map { $0.contains(value) } ?? (pattern ?? .word).accepts(value) }

    /// Completes the sentence "must be ...".
    var text: String { oneOf.map { "one of \($0.joined(separator: ", "))" } ?? (pattern ?? .word).text }

    /// Whether every admitted value can stand in a URL without changing its structure.
    var isSafeInURL: Bool { oneOf.map { $0.allSatisfy(Pattern.isWord) } ?? (pattern ?? .word).isSafeInURL }

    /// Whether there is a value in every case.
    var isAlwaysGiven: Bool { optional != true || standard != nil }
}
