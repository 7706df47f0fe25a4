// SPDX-License-Identifier: Apache-2.0

import JOSE

/// One address of a vendor, and what is there.
struct OPRoute: Sendable {
    /// What answers.
    enum Endpoint: Sendable {
        case document(JSONObject)
        case jwks
        case authorize
        case token
        case userInfo
        case endSession
        case api
    }

    /// The host, in lower case and without a port.
    let host: String
    /// The path; one that ends in `*` stands for all that begin so.
    let path: String
    let endpoint: Endpoint
    /// What an address says about its logins beside the endpoint: a policy, a tenant.
    let realm: String

    /// A route from a whole address.
    init(_ address: String, _ endpoint: Endpoint, realm: String = "") {
        let rest = address.split(separator: "://", maxSplits: 1).last ?? ""
        let slash = rest.firstIndex(of: "/") ?? rest.endIndex
        host = rest[..<slash].lowercased()
        path = slash == rest.endIndex ? "/" : String(rest[slash...])
        self.endpoint = endpoint
        self.realm = realm
    }

    func matches(_ host: String, _ path: String) -> Bool {
        guard host == self.host else { return false }
        return self.path.last == "*" ? path.hasPrefix(self.path.dropLast()) : path == self.path
    }

    /// The usual five of an OpenID provider, from its discovery document at its address.
    static func all(
        _ document: JSONObject, at address: String, realm: String = ""
    ) -> [OPRoute] {
        let named: [(String, Endpoint)] = [
            ("authorization_endpoint", .authorize), ("token_endpoint", .token), ("userinfo_endpoint", .userInfo),
            ("jwks_uri", .jwks), ("end_session_endpoint", .endSession),
        ]
        return [OPRoute(address, .document(document), realm: realm)]
            + named.compactMap { name, endpoint in
                document.string(name).map { OPRoute(withoutQuery($0), endpoint, realm: realm) }
            }
    }

    private static func withoutQuery(_ address: String) -> String { String(address.prefix { $0 != "?" }) }
}
