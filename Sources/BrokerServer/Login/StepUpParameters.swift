import Broker

/// `prompt`, `max_age` and `acr_values` of `/vestibule/start`, named and written as in OpenID Connect Core 3.1.2.1.
///
/// They only ever ask for more: whoever writes them into a link gets people a stricter sign-in, never a weaker one.
extension AuthenticationRequirements {
    private static let mostValues = 8
    private static let longestValue = 256

    /// Reads them from a start's query.
    ///
    /// Refuses what is written otherwise: a requirement that is not understood must not be dropped.
    init(of query: CallbackParameters) throws(LoginError) {
        self.init(
            isFresh: query["prompt"] == "login", maximumAge: try Self.maximumAge(query["max_age"]),
            acrValues: try Self.acrValues(query["acr_values"]))
    }

    /// A number of seconds, at most nine digits.
    private static func maximumAge(_ text: String?) throws(LoginError) -> Duration? {
        guard let text else { return nil }
        guard (1...9).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let seconds = Int64(text)
        else { throw LoginError(.malformedRequest, detail: "max_age is not a number of seconds") }
        return .seconds(seconds)
    }

    /// Names between single blanks, of what RFC 6749 A.4 allows in such a list.
    private static func acrValues(_ text: String?) throws(LoginError) -> [String] {
        guard let text else { return [] }
        let values = text.split(separator: " ", omittingEmptySubsequences: false)
        guard values.count <= mostValues, values.allSatisfy({ (1...longestValue).contains($0.utf8.count) }),
            values.allSatisfy({ $0.utf8.allSatisfy(isNameOctet) })
        else { throw LoginError(.malformedRequest, detail: "acr_values is not a short list of names") }
        return values.map(String.init)
    }

    private static func isNameOctet(_ octet: UInt8) -> Bool {
        (0x21...0x7E).contains(octet) && octet != UInt8(ascii: "\"") && octet != UInt8(ascii: "\\")
    }

    /// Whether more is asked than to sign in once more.
    var isStepUp: Bool { maximumAge != nil || !acrValues.isEmpty }

    /// What a start's query says to ask for this: a fresh sign-in, because the one that is there was not enough.
    var query: String {
        var parts = ["prompt=login"]
        if let maximumAge { parts.append("max_age=\(maximumAge.wholeSeconds)") }
        if !acrValues.isEmpty { parts.append("acr_values=\(acrValues.joined(separator: " ").queryEncoded)") }
        return parts.joined(separator: "&")
    }
}
