// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import JOSE

/// One request to one tenant, with everything its endpoint needs.
struct OPVisit: Sendable {
    let host: OPHost
    let tenant: OPTenantState
    let port: Int
    let method: HTTPRequest.Method
    let headers: HTTPFields
    let query: Parameters
    let form: Parameters
    /// What the address said, where a vendor's says more than the endpoint.
    var realm = ""

    var profile: OPProfile? { tenant.definition.profile }

    var issuer: String { host.issuer(tenant.definition.name, port: port) }

    var now: Int64 { host.configuration.now() }

    var brand: Brand {
        let tenant = tenant.definition
        return Brand(name: tenant.name, title: tenant.title, path: "/op/\(tenant.name)")
    }

    /// Parameters of a request that may come either way.
    var parameters: Parameters { method == .post ? form : query }

    /// The issuer of some other tenant, for mistakes that mix two up.
    var otherIssuer: String {
        let other = host.tenants.keys.sorted().first { $0 != tenant.definition.name }
        if let profile { return profile.issuer + "-other" }
        return host.issuer(other ?? tenant.definition.name + "-other", port: port)
    }

    // MARK: The browser's session cookie

    private var cookieName: String { "op-\(tenant.definition.name)" }

    /// Value of the session cookie, if any.
    var sessionHandle: String? {
        headers[values: .cookie].flatMap { $0.split(separator: ";") }
            .map { $0.trimmingPrefix(while: \.isWhitespace) }
            .first { $0.hasPrefix(cookieName + "=") }
            .map { String($0.dropFirst(cookieName.count + 1)) }
    }

    /// A `Set-Cookie` value: the session's, or one that removes it.
    func cookie(_ handle: String?) -> String {
        let path = profile == nil ? "/op/\(tenant.definition.name)" : "/"
        let attributes = "Path=\(path); HttpOnly; SameSite=Lax"
        let secure = host.configuration.tls == nil ? "" : "; Secure"
        return "\(cookieName)=\(handle ?? ""); \(attributes)\(secure)" + (handle == nil ? "; Max-Age=0" : "")
    }
}
