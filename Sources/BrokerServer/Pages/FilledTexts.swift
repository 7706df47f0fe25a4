import Mustache

/// The catalogue as a template sees it: a key gives its sentence with the words put in.
struct FilledTexts: MustacheParent, Sendable {
    let texts: Texts
    let words: [String: String]

    func child(named key: String) -> Any? {
        texts.strings[key].map { Self.fill($0, with: words) }
    }

    /// The sentence with each `{word}` replaced in one pass, so that a value with braces in it stays as it is.
    ///
    /// An unknown word is left standing.
    static func fill(_ sentence: String, with words: [String: String]) -> String {
        var filled = ""
        var rest = sentence[...]
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            let word = String(rest[rest.index(after: open)..<close])
            filled += rest[..<open]
            filled += words[word] ?? String(rest[open...close])
            rest = rest[rest.index(after: close)...]
        }
        return filled + rest
    }
}
