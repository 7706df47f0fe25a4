// SPDX-License-Identifier: Apache-2.0

import JOSE

/// A compact JWS in the making: every part can still be spoilt.
struct JWSDraft {
    var header: JSONObject
    var payload: [UInt8]

    var signingInput: String {
        "\(Base64URL.encode(header.serialized())).\(Base64URL.encode(payload))"
    }

    func signed(by key: SigningKey) throws -> String {
        signed(try key.sign(Array(signingInput.utf8)))
    }

    func signed(_ signature: [UInt8]) -> String {
        "\(signingInput).\(Base64URL.encode(signature))"
    }
}
