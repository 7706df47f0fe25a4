package import Broker
import Foundation

/// How a request to the token endpoint says who it comes from; nothing of it is believed yet.
package struct ClientCredentials: Sendable {
    /// What an `Authorization` header of HTTP Basic says.
    package struct Basic: Sendable {
        /// The readings of the user name.
        let ids: [String]
        /// The readings of the password.
        let secrets: [Secret<String>]
    }

    /// What came in the header, if one came.
    enum Header: Sendable {
        case basic(Basic)
        /// Another scheme, or unreadable.
        case other
    }

    let header: Header?
    let id: String?
    let secret: Secret<String>?
    let assertionType: String?
    let assertion: Secret<String>?

    /// Reads the header and the form.
    package init(authorization: Secret<String>?, parameters: RequestParameters) {
        header = authorization.map { Self.basic($0.reveal()).map(Header.basic) ?? .other }
        id = parameters["client_id"]
        secret = parameters["client_secret"].map { Secret($0) }
        assertionType = parameters["client_assertion_type"]
        assertion = parameters["client_assertion"].map { Secret($0) }
    }

    /// Whether the client tried the `Authorization` header: it is told of the scheme again (RFC 6749 5.2).
    package var triedHeader: Bool { header != nil }

    /// How many ways of authenticating there are (RFC 6749 2.3: one at most).
    var count: Int {
        [header != nil, secret != nil, assertion != nil || assertionType != nil].count { $0 }
    }

    /// The one way, where there is not more than one.
    var method: ClientAuthenticationMethod {
        if header != nil { return .basic }
        if secret != nil { return .post }
        return assertion != nil || assertionType != nil ? .privateKeyJWT : .none
    }

    /// RFC 7617 2, RFC 6749 2.3.1.
    private static func basic(_ header: String) -> Basic? {
        let parts = header.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "basic", let octets = Data(base64Encoded: String(parts[1])),
            let pair = String(validating: octets, as: UTF8.self), let colon = pair.firstIndex(of: ":")
        else { return nil }
        return Basic(
            ids: readings(pair[..<colon]), secrets: readings(pair[pair.index(after: colon)...]).map { Secret($0) })
    }

    /// RFC 6749 2.3.1 has both form-encoded before they are put together, and not every client does that.
    private static func readings(_ text: Substring) -> [String] {
        let decoded = text.replacing("+", with: " ").removingPercentEncoding
        return [String(text)] + [decoded].compactMap { $0 }.filter { $0 != text }
    }
}
