// SPDX-License-Identifier: Apache-2.0

import BrokerEngine
import BrokerModel
import Foundation

/// A request at the door, as a browser or a bot sends it.
struct DoorRequest: Sendable {
    var method = "GET"
    var target: String
    var headers: [(String, String)] = []
    var accept = "text/html"
    var body: String?
}

/// Asks the gate as the shipped nginx configuration does: the client's headers go along, ours are set over them.
struct GateClient: Sendable {
    /// The headers that the front overwrites on every request, and the client therefore cannot send.
    private static let overwritten: Set<String> = ["x-vestibule-site", "x-vestibule-target", "x-vestibule-method"]

    let url: String

    /// What auth_request gets: 200, 401 or 403.
    func check(_ request: DoorRequest, from browser: Browser) async throws -> Page {
        try await ask("GET", "\(url)/gate/nginx", request, browser)
    }

    /// What the browser gets where the check refused.
    func answer(_ request: DoorRequest, from browser: Browser) async throws -> Page {
        try await ask(request.method, "\(url)/gate/nginx/answer", request, browser)
    }

    private func ask(_ method: String, _ url: String, _ request: DoorRequest, _ browser: Browser) async throws -> Page {
        var headers = request.headers.filter { !Self.overwritten.contains($0.0.lowercased()) }
        headers.append(("Accept", request.accept))
        headers += [
            ("X-Vestibule-Site", TestBroker.site.rawValue), ("X-Vestibule-Target", request.target),
            ("X-Vestibule-Method", request.method),
        ]
        // The gate is asked at its own address; the browser's cookies are those of the portal's host.
        if let cookies = browser.jar.header(for: TestBroker.host) { headers.append(("Cookie", cookies)) }
        return try await Browser(sharing: browser).send(method, url, headers: headers)
    }
}
