// SPDX-License-Identifier: Apache-2.0

import Hummingbird
import JOSE

/// Mistakes of the token endpoint itself.
struct FaultyTokenResponse {
    let fault: OPFault
    let issuer: String
    let slowness: Duration

    /// The answer instead of the honest one.
    func answer(_ honest: JSONObject) async -> Response {
        switch fault {
        case .tokenStatus500: return Answer.text("Internal error", type: "text/plain", .internalServerError)
        case .tokenSlow:
            try? await Task.sleep(for: slowness)
            return Answer.json(honest)
        case .tokenGarbage: return Answer.text("{\"access_token\": <oops>", type: "application/json")
        case .tokenHuge: return Answer.json(padded(honest))
        case .tokenRedirect: return Answer.found(issuer + "/jwks")
        case .tokenContentType: return Answer.text(honest.text, type: "text/html")
        case .tokenDuplicateKey:
            return Answer.text(#"{"id_token":"e30.e30.AA","# + honest.text.dropFirst(), type: "application/json")
        case .tokenWithoutIDToken:
            var poor = honest
            poor["id_token"] = nil
            return Answer.json(poor)
        default: return Answer.json(honest)
        }
    }

    private func padded(_ honest: JSONObject) -> JSONObject {
        var huge = honest
        huge["padding"] = .string(String(repeating: "x", count: 2 << 20))
        return huge
    }
}
