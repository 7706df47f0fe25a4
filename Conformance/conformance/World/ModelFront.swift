// SPDX-License-Identifier: Apache-2.0

import BrokerEngine
import Foundation
import MockServiceManagement

/// A front in a few lines, with nginx auth_request's rules: ask the gate, pass on 200 and nothing else, let no identity
/// header through but the gate's.
///
/// The shipped configurations are tested on the real proxies; this proves the gate.
struct ModelFront: Sendable {
    let gate: GateClient
    let portal: MockPortal

    /// What the client gets.
    func send(_ request: DoorRequest, from browser: Browser) async throws -> Page {
        let verdict = try await gate.check(request, from: browser)
        guard verdict.status == 200 else { return try await gate.answer(request, from: browser) }
        let identity = BrokerEngine.IdentityHeaders.names
        var headers = request.headers.filter { header in
            let name = header.0.lowercased().replacingOccurrences(of: "_", with: "-")
            return !name.hasPrefix("x-vestibule-") && name != "cookie"
        }
        for name in identity { verdict.values(name).forEach { headers.append((name, $0)) } }
        headers.append(("Accept", request.accept))
        return try await Browser(sharing: browser).send(
            request.method, portal.url + request.target, headers: headers, body: request.body)
    }
}
