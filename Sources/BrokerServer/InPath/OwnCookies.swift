import Broker
import BrokerEngine

/// Cuts our cookies out of what JSM gets.
///
/// JSM has no use for them, and whoever can read its logs, its plugins or its memory must find no session in them.
enum OwnCookies {
    /// A `Cookie` header without ours; nil where nothing is left.
    ///
    /// What another reader might still take for one of ours after the cut (a comma for a semicolon, quotes) was made by hand:
    /// then JSM gets no cookie at all.
    static func cut(from header: String) -> String? {
        let kept = header.split(separator: ";").compactMap { pair -> Substring? in
            let pair = pair.trimmingBlanks
            let name = pair.prefix { $0 != "=" }.trimmingBlanks
            return pair.isEmpty || isOurs(name) ? nil : pair
        }
        let rest = kept.joined(separator: "; ")
        guard !rest.isEmpty, !mayHoldOurs(rest) else { return nil }
        return rest
    }

    /// Whether JSM tries to set one of ours, which is ours alone to set.
    ///
    /// A cookie without a name comes back as its value alone, which then is read as name and value.
    static func isSet(by line: String) -> Bool {
        isOurs(line.drop { $0 == "=" || $0 == " " || $0 == "\t" }.prefix { $0 != "=" && $0 != ";" }.trimmingBlanks)
    }

    /// Either spelling, whatever scheme this server speaks.
    static func isOurs(_ name: Substring) -> Bool {
        let plain = name.hasPrefix("__Host-") ? name.dropFirst(7) : name
        return plain == "vestibule" || plain.hasPrefix("vestibule-")
    }

    private static let names = [true, false].flatMap { isSecure in
        let names = CookieNames(isSecure: isSecure)
        return [names.handle, names.token, names.logout, names.choice, names.reset]
    }

    private static func mayHoldOurs(_ header: String) -> Bool {
        CookieHeader.mayHold(names, in: header)
    }
}
