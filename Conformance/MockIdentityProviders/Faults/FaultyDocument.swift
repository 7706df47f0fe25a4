// SPDX-License-Identifier: Apache-2.0

import Hummingbird
import JOSE

/// Mistakes of discovery and the JWKS.
struct FaultyDocument {
    let fault: OPFault?

    func discovery(_ metadata: JSONObject) -> Response {
        switch fault {
        case .discoveryIssuerWrong:
            var wrong = metadata
            wrong["issuer"] = "https://op.invalid"
            return Answer.json(wrong)
        case .discoveryGarbage: return Answer.text("<html>not metadata</html>", type: "application/json")
        case .discoveryDown: return Answer.text("Down for maintenance", type: "text/plain", .serviceUnavailable)
        default: return Answer.json(metadata)
        }
    }

    func jwks(_ keys: [JSONObject]) -> Response {
        let honest: JSONObject = ["keys": .array(keys.map { .object($0) })]
        switch fault {
        case .jwksGarbage: return Answer.text("{\"keys\": nonsense", type: "application/json")
        case .jwksDown: return Answer.text("Down for maintenance", type: "text/plain", .serviceUnavailable)
        case .jwksHuge:
            var huge = honest
            huge["padding"] = .string(String(repeating: "x", count: 2 << 20))
            return Answer.json(huge)
        case .jwksUnknownKeyType:
            let future: JSONObject = ["kty": "LATTICE", "kid": "from-the-future", "use": "sig", "l": "AAAA"]
            return Answer.json(["keys": .array([.object(future)] + keys.map { .object($0) })])
        default: return Answer.json(honest)
        }
    }
}
