// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird
import MockServer

/// One request with everything its handler needs.
struct Visit {
    let received: ReceivedRequest
    let method: HTTPRequest.Method
    /// Query text behind the path.
    let query: String
    /// Body text, at most 1 MiB; longer bodies are read as empty.
    let body: String
    let visitor: Visitor?

    /// XHR and API clients ask for JSON, browsers for HTML.
    var wantsHTML: Bool { received.values("Accept").contains { $0.contains("text/html") } }

    /// Jira's cross-site check: a form carries its cookie's token, a script says `no-check`.
    var passesTokenCheck: Bool {
        if received.values("X-Atlassian-Token").contains("no-check") { return true }
        let cookies = received.values("Cookie").joined(separator: "; ")
        guard let token = FormFields(body)["atl_token"], !token.isEmpty else { return false }
        return cookies.contains("\(Self.tokenCookie)=\(token)")
    }

    static let tokenCookie = "atlassian.xsrf.token"
}
