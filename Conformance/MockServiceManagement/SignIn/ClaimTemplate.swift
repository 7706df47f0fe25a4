// SPDX-License-Identifier: Apache-2.0

/// Text with claims in it, as in `${preferred_username}` or `${email}@portal`.
struct ClaimTemplate: Sendable {
    let text: String

    /// The text with every claim filled in; nil where one is absent or empty.
    func filled(_ claim: (String) -> String?) -> String? {
        var result = ""
        var rest = text[...]
        while let open = rest.firstRange(of: "${") {
            guard let close = rest[open.upperBound...].firstIndex(of: "}"),
                let value = claim(String(rest[open.upperBound..<close])), !value.isEmpty
            else { return nil }
            result += rest[..<open.lowerBound] + value
            rest = rest[rest.index(after: close)...]
        }
        return result + rest
    }
}
