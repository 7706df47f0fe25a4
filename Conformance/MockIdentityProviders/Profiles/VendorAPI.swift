// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird
import JOSE

/// One request to a vendor's API beside sign-in.
struct APIVisit: Sendable {
    let visit: OPVisit
    let host: String
    let path: String
    let body: String

    var tenant: OPTenantState { visit.tenant }
    var profile: OPProfile? { tenant.definition.profile }
    var isGet: Bool { visit.method == .get }

    func query(_ name: String) -> String? { visit.query[name] }

    func header(_ name: String) -> String? {
        HTTPField.Name(name).flatMap { visit.headers[$0] }
    }

    /// The path's pieces behind a prefix, percent escapes undone.
    func pieces(behind prefix: String) -> [String]? {
        guard path.hasPrefix(prefix) else { return nil }
        return path.dropFirst(prefix.count).split(separator: "/").map { Parameters.unescape(String($0)) }
    }

    var bearer: String? {
        guard let header = visit.headers[.authorization] else { return nil }
        let halves = header.split(separator: " ", maxSplits: 1)
        return halves.count == 2 && ["bearer", "token"].contains(halves[0].lowercased()) ? String(halves[1]) : nil
    }

    /// Whose access token came.
    var login: Grant? { bearer.flatMap { tenant.grant(accessToken: $0) } }

    /// What an account of ours was granted, for whose token came.
    var account: APIGrant? { bearer.flatMap { tenant.apiGrant($0) } }

    /// One page of a list: a token is where it goes on, in elements.
    func page<Element>(_ elements: [Element], from token: String?, size: Int) -> Page<Element> {
        let start = min(max(token.flatMap { Int($0) } ?? 0, 0), elements.count)
        let size = tenant.apiFault?.isPaging == true ? max(1, (elements.count + 2) / 3) : max(1, size)
        let end = min(elements.count, start + size)
        return Page(elements: Array(elements[start..<end]), start: start, next: end < elements.count ? end : nil)
    }

    struct Page<Element> {
        let elements: [Element]
        let start: Int
        let next: Int?
    }

    /// The status that the switch asks for, for a page that begins here.
    func faultStatus(pageStart: Int = 0) -> Int? {
        guard let fault = tenant.apiFault else { return nil }
        return fault == .secondPageFails && pageStart > 0 ? 500 : fault.status
    }
}

/// An API's answer: status, JSON, further header fields.
struct APIAnswer: Sendable {
    var status: Int
    var body: JSONValue
    var headers: [(String, String)]
    var contentType = "application/json; charset=utf-8"
    /// In place of JSON.
    var text: String?

    init(_ status: Int, _ body: JSONObject, headers: [(String, String)] = []) {
        self.init(status, list: .object(body), headers: headers)
    }

    init(_ status: Int, list body: JSONValue, headers: [(String, String)] = []) {
        self.status = status
        self.body = body
        self.headers = headers
    }

    var response: Response {
        var answer = Answer.text(text ?? body.text, type: contentType, .init(code: status))
        for (name, value) in headers { HTTPField.Name(name).map { answer.headers[$0] = value } }
        if status == 429 { answer.headers[.retryAfter] = answer.headers[.retryAfter] ?? "10" }
        return answer
    }
}

/// What an account of ours may do with a token.
struct APIGrant: Sendable {
    let scopes: Set<String>
    /// For whom it acts, where it does.
    let subject: String?
    /// What the token endpoint's address said: a tenant.
    let realm: String
}
