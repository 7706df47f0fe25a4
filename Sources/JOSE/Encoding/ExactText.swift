extension StringProtocol {
    /// Whether two texts are the same octets in UTF-8.
    ///
    /// Swift's `==` holds canonical equivalents equal (the Kelvin sign and `K`), which issuers, audiences, key ids and
    /// nonces must not be: RFC 7519 compares them as code points, without normalisation.
    package func hasSameBytes(as other: some StringProtocol) -> Bool {
        utf8.count == other.utf8.count && utf8.elementsEqual(other.utf8)
    }
}

/// A string as a set member by its octets.
struct ExactText: Hashable {
    let text: String

    static func == (left: ExactText, right: ExactText) -> Bool { left.text.hasSameBytes(as: right.text) }
}
