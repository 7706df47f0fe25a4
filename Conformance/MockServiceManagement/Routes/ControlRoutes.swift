// SPDX-License-Identifier: Apache-2.0

import Hummingbird

/// `GET /__mock/stats` and `POST /__mock/reset`, for whoever knows the control secret.
struct ControlRoutes {
    let secret: String
    let ledger: PortalLedger

    /// Nil for everything that is no control request: it counts like any other.
    func respond(to request: ReceivedRequest, path: String) -> Response? {
        guard !secret.isEmpty, request.values("X-Mock-Control") == [secret] else { return nil }
        switch (request.method, path) {
        case ("GET", "/__mock/stats"): return Answer.json(ledger.stats)
        case ("GET", "/__mock/requests"): return Answer.json(ledger.requests)
        case ("POST", "/__mock/reset"):
            ledger.reset()
            return Answer.noContent
        default: return nil
        }
    }
}
