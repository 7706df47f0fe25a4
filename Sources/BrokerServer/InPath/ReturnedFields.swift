import Broker
import HTTPTypes

/// The header fields of JSM's answer as the browser gets them.
enum ReturnedFields {
    /// Everything but what was for the connection to JSM, and nothing that a shared cache would keep; a renewed session
    /// token goes with it, beside the cookies that JSM sets.
    static func fields(of fields: HTTPFields, renewal: SetCookie?, isSecure: Bool) -> HTTPFields {
        let named = HopByHop.named(in: fields)
        var kept = HTTPFields()
        kept.reserveCapacity(fields.count + 2)
        for field in fields {
            let name = field.name.canonicalName
            guard !HopByHop.isOne(name), !named.contains(name) || name == "content-length",
                field.name != .cacheControl, field.name != .setCookie || !OwnCookies.isSet(by: field.value)
            else { continue }
            kept.append(field)
        }
        kept[.cacheControl] = privately(fields[values: .cacheControl].joined(separator: ", "))
        if let renewal { kept.append(HTTPField(name: .setCookie, value: renewal.rendered(isSecure: isSecure))) }
        return kept
    }

    /// What the gate lets through is for one person: a shared cache must not keep it for the next one, whatever JSM says
    /// about its own static files (RFC 9111 5.2.2.7).
    static func privately(_ cacheControl: String) -> String {
        let directives = cacheControl.split(separator: ",").map { $0.trimmingBlanks }.filter { !$0.isEmpty }
        let names = directives.map { $0.prefix { $0 != "=" }.lowercased() }
        // `private="field"` keeps one field from a shared cache and lets it have the rest.
        if names.contains("no-store") || directives.contains(where: { $0.lowercased() == "private" }) {
            return directives.joined(separator: ", ")
        }
        let rest = zip(names, directives).filter { $0.0 != "public" && $0.0 != "private" && $0.0 != "s-maxage" }
        return (["private"] + rest.map { String($0.1) }).joined(separator: ", ")
    }
}
