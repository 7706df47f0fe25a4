// SPDX-License-Identifier: Apache-2.0

import Broker
import Foundation
import HTTPTypes
import SAML

/// One request to one tenant, with everything its endpoint needs.
struct SAMLVisit: Sendable {
    let host: SAMLHost
    let tenant: SAMLTenantState
    let port: Int
    let method: HTTPRequest.Method
    let headers: HTTPFields
    let rawQuery: String
    let rawForm: [UInt8]

    var query: Parameters { Parameters(rawQuery) }
    var form: Parameters { Parameters(String(decoding: rawForm, as: UTF8.self)) }

    var base: String { host.base(tenant.definition.name, port: port) }
    var entityID: String { host.entityID(tenant.definition.name, port: port) }
    var now: Int64 { host.configuration.now() }

    var brand: Brand {
        let tenant = tenant.definition
        return Brand(name: tenant.name, title: tenant.title, path: "/saml/\(tenant.name)")
    }

    /// The SAML message of this request.
    func inbound() throws -> InboundMessage {
        let callback = try LoginCallback(
            method: method == .post ? .post : .get, rawQuery: Data(rawQuery.utf8), rawBody: Data(rawForm))
        return try InboundMessage(callback)
    }

    /// The entityID of some other tenant, for mistakes that mix two up.
    var otherEntityID: String {
        let other = host.tenants.keys.sorted().first { $0 != tenant.definition.name }
        return host.entityID(other ?? tenant.definition.name + "-other", port: port)
    }

    // MARK: The browser's session cookie

    private var cookieName: String { "saml-\(tenant.definition.name)" }

    /// Value of the session cookie, if any.
    var sessionHandle: String? {
        headers[values: .cookie].flatMap { $0.split(separator: ";") }
            .map { $0.trimmingPrefix(while: \.isWhitespace) }
            .first { $0.hasPrefix(cookieName + "=") }
            .map { String($0.dropFirst(cookieName.count + 1)) }
    }

    /// A `Set-Cookie` value: the session's, or one that removes it.
    func cookie(_ handle: String?) -> String {
        // Requests by POST come from another site, and bring the session only where it may travel.
        let isSecure = host.configuration.tls != nil
        let attributes = "Path=/saml/\(tenant.definition.name); HttpOnly; SameSite=\(isSecure ? "None; Secure" : "Lax")"
        return "\(cookieName)=\(handle ?? ""); \(attributes)" + (handle == nil ? "; Max-Age=0" : "")
    }
}
