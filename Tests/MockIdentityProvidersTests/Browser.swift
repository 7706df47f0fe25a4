// SPDX-License-Identifier: Apache-2.0

import Broker
import Foundation
import HTTPTypes
import MockIdentityProviders

/// What a browser does at a vendor's sign-in page, over HTTP.
struct Browser {
    let transport: ReroutingTransport

    enum Problem: Error { case unexpected(String) }

    /// Signs in by picking a person, and gives what the browser then sends to the callback.
    func signIn(at url: URL, as userName: String, fault: String = "") async throws -> LoginCallback {
        let page = try await transport.send(OutboundRequest(url: url))
        guard page.status == .ok, let handle = Self.value(of: "request", in: page.text) else {
            throw Problem.unexpected("\(page.status) \(page.text.prefix(400))")
        }
        let tenant = page.text.firstMatch(of: /action="(\/op\/[^"]+\/login)"/).map { String($0.1) }
        guard let tenant, let target = URL(string: "https://\(url.host() ?? "")\(tenant)") else {
            throw Problem.unexpected("no form")
        }
        let answer = try await post(target, [("request", handle), ("pick", userName), ("fault", fault)])
        if let location = answer.headerFields[.location], let back = URLComponents(string: location) {
            return try LoginCallback(method: .get, rawQuery: Data((back.percentEncodedQuery ?? "").utf8))
        }
        guard answer.status == .ok else { throw Problem.unexpected("\(answer.status)") }
        // Form post: the fields as the browser would send them on.
        let fields = answer.text.matches(of: /type="hidden" name="([^"]+)" value="([^"]*)"/)
            .map { (String($0.1), String($0.2)) }
        guard !fields.isEmpty else { throw Problem.unexpected("\(answer.status) \(answer.text.prefix(300))") }
        return try LoginCallback(method: .post, rawQuery: Data(), rawBody: Data(Self.form(fields).utf8))
    }

    /// Posts a form.
    func post(
        _ url: URL, _ fields: [(String, String)], headers: HTTPFields = [:]
    ) async throws -> OutboundResponse {
        var headers = headers
        headers[.contentType] = "application/x-www-form-urlencoded"
        return try await transport.send(
            OutboundRequest(method: .post, url: url, headerFields: headers, body: Data(Self.form(fields).utf8)))
    }

    static func form(_ fields: [(String, String)]) -> String {
        let plain = CharacterSet.alphanumerics.union(CharacterSet(charactersIn: "-._~"))
        func escaped(_ text: String) -> String { text.addingPercentEncoding(withAllowedCharacters: plain) ?? "" }
        return fields.map { "\(escaped($0.0))=\(escaped($0.1))" }.joined(separator: "&")
    }

    private static func value(of name: String, in html: String) -> String? {
        guard let start = html.firstRange(of: "name=\"\(name)\" value=\"") else { return nil }
        return String(html[start.upperBound...].prefix { $0 != "\"" })
    }
}

extension OutboundResponse {
    var text: String { String(decoding: body, as: UTF8.self) }
}
