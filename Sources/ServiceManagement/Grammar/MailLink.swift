import Broker

/// A link that JSM mails, or the call that its page makes.
///
/// Only exactly these forms count: method, path, members of the query. Whoever follows one need not be signed in, for
/// JSM checks the token; with anything added it is a page of the portal like any other.
enum MailLink: Sendable {
    /// `GET …/{KEY}/unsubscribe?jwt=…`, as the foot of a notification has it.
    case unsubscribePage
    /// `GET …/{KEY}/feedback?token=…&rating=…`.
    case feedbackPage
    /// What the page of the first calls.
    case unsubscribeCall
    /// What the page of the second calls, with the token in its body.
    case feedbackCall

    /// Whether a request has the form.
    func isMet(method: String, query: Span<UInt8>, hasQuery: Bool) -> Bool {
        switch self {
        case .unsubscribePage: method == "GET" && Self.has(query, token: "jwt", rating: false)
        case .feedbackPage: method == "GET" && Self.has(query, token: "token", rating: true)
        case .unsubscribeCall: method == "POST" && (!hasQuery || Self.has(query, token: "jwt", rating: false))
        case .feedbackCall: method == "POST" && !hasQuery
        }
    }

    /// The token once, the rating at most once, and where JSM counts clicks from; nothing else, nothing escaped.
    private static func has(_ query: Span<UInt8>, token: String, rating: Bool) -> Bool {
        var seen: Set<Substring> = []
        let text = String(decoding: query.indices.map { query[$0] }, as: UTF8.self)
        for member in text.split(separator: "&", omittingEmptySubsequences: false) {
            guard let equals = member.firstIndex(of: "="), seen.insert(member[..<equals]).inserted else { return false }
            let value = member[member.index(after: equals)...].utf8
            switch member[..<equals] {
            case token[...]: guard value.count >= 16, value.allSatisfy(tokenCharacters.contains) else { return false }
            case "rating" where rating:
                guard value.count == 1, let one = value.first, (0x31...0x35).contains(one) else { return false }
            case "sda_source": guard value.allSatisfy(tokenCharacters.contains) else { return false }
            default: return false
            }
        }
        return seen.contains(token[...])
    }

    /// Base64url and the dots of a JWT.
    private static let tokenCharacters = OctetSet(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.")
}
