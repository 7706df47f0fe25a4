// SPDX-License-Identifier: Apache-2.0

import JOSE

/// Mistakes in the JOSE header.
struct FaultyHeader {
    let fault: OPFault
    let issuer: String

    func spoil(_ header: inout JSONObject) throws {
        spoilAlgorithm(&header)
        try spoilKey(&header)
        spoilKind(&header)
    }

    private func spoilAlgorithm(_ header: inout JSONObject) {
        switch fault {
        case .algNone: header["alg"] = "none"
        case .algMissing: header["alg"] = nil
        case .hs256PublicKey, .hs256ClientSecret: header["alg"] = "HS256"
        default: break
        }
    }

    private func spoilKey(_ header: inout JSONObject) throws {
        switch fault {
        case .kidUnknown: header["kid"] = "nobody-published-this"
        case .kidMissing: header["kid"] = nil
        case .embeddedJWK:
            let algorithm = header.string("alg").flatMap { JWAlgorithm(rawValue: $0) } ?? .rs256
            header["jwk"] = .object(try StrangerKeys.key(algorithm).publicKey.publicJWK)
        case .jku: header["jku"] = .string(issuer + "/lure")
        case .x5u: header["x5u"] = .string(issuer + "/lure")
        default: break
        }
    }

    private func spoilKind(_ header: inout JSONObject) {
        switch fault {
        case .critUnknown:
            header["crit"] = ["urn:example:unknown"]
            header["urn:example:unknown"] = true
        case .b64False:
            header["crit"] = ["b64"]
            header["b64"] = false
        case .typWrong: header["typ"] = "at+jwt"
        default: break
        }
    }
}
