import Mustache

/// Escapes text for HTML, scalar by scalar.
///
/// swift-mustache escapes character by character, and a quote followed by a combining mark is one other character to
/// Swift: it passes unescaped, and a browser ends the attribute there. Templates are therefore read under this content
/// type, and the renderer puts it at the head of each of them.
struct HTMLEscaping: MustacheContentType {
    static let name = "VESTIBULE"
    static let pragma = "{{% CONTENT_TYPE: \(name)}}\n"

    func escapeText(_ text: String) -> String {
        var escaped = ""
        escaped.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
