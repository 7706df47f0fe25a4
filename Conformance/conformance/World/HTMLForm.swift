// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The first form of a page, as a browser without JavaScript would send it.
struct HTMLForm: Sendable {
    /// Where it goes, absolute.
    var action: URL
    /// Its hidden fields, in order.
    var fields: [(String, String)]

    /// Reads a page; nil where there is no form.
    init?(_ page: Page) {
        guard let form = page.body.firstMatch(of: /<form[^>]*>[\s\S]*?<\/form>/).map({ String($0.0) }) else {
            return nil
        }
        let action = Self.attribute("action", of: form) ?? page.url.absoluteString
        guard let url = URL(string: action, relativeTo: page.url)?.absoluteURL else { return nil }
        self.action = url
        fields = form.matches(of: /<input[^>]*>/).compactMap { match in
            let tag = String(match.0)
            guard tag.contains("type=\"hidden\""), let name = Self.attribute("name", of: tag) else { return nil }
            return (name, Self.attribute("value", of: tag) ?? "")
        }
    }

    /// The value of a hidden field.
    subscript(name: String) -> String? { fields.first { $0.0 == name }?.1 }

    /// The first attribute of that name, unescaped.
    private static func attribute(_ name: String, of tag: String) -> String? {
        guard let start = tag.range(of: " \(name)=\""),
            let end = tag.range(of: "\"", range: start.upperBound..<tag.endIndex)
        else { return nil }
        return unescaped(String(tag[start.upperBound..<end.lowerBound]))
    }

    private static func unescaped(_ text: String) -> String {
        [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&#x27;", "'"), ("&amp;", "&")]
            .reduce(text) { $0.replacingOccurrences(of: $1.0, with: $1.1) }
    }
}

extension Browser {
    /// Sends a form as it is, with further fields after the hidden ones.
    func submit(_ form: HTMLForm, adding fields: [(String, String)] = []) async throws -> Page {
        try await post(form.action.absoluteString, form: form.fields + fields)
    }
}
