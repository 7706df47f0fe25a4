// SPDX-License-Identifier: Apache-2.0

import JOSE

/// Mistakes in payload, signature and serialization of a token.
struct FaultySignature {
    let fault: OPFault
    let key: SigningKey
    let clientSecret: String

    func token(_ honest: JWSDraft) throws -> String {
        var draft = honest
        spoilPayload(&draft)
        switch fault {
        case .algNone, .emptySignature: return draft.signed([])
        case .hs256PublicKey: return mac(draft, secret: key.publicKey.spkiPEM)
        case .hs256ClientSecret: return mac(draft, secret: clientSecret)
        case .wrongKey, .kidUnknown, .embeddedJWK, .jku, .x5u:
            return try draft.signed(by: StrangerKeys.key(key.algorithm))
        case .zeroSignature: return draft.signed([UInt8](repeating: 0, count: 64))
        case .derSignature: return draft.signed(DERSignature.encode(try key.sign(Array(draft.signingInput.utf8))))
        case .tampered: return try tampered(draft)
        case .payloadSwapped: return try payloadSwapped(draft)
        default: return reserialize(draft, try draft.signed(by: key))
        }
    }

    private func spoilPayload(_ draft: inout JWSDraft) {
        switch fault {
        case .claimDuplicate: draft.payload = Array(#"{"sub":"admin","#.utf8) + draft.payload.dropFirst()
        case .payloadArray: draft.payload = [UInt8(ascii: "[")] + draft.payload + [UInt8(ascii: "]")]
        default: break
        }
    }

    private func mac(_ draft: JWSDraft, secret: String) -> String {
        draft.signed(Digests.hmacSHA256(key: Array(secret.utf8), message: Array(draft.signingInput.utf8)))
    }

    private func tampered(_ draft: JWSDraft) throws -> String {
        var signature = try key.sign(Array(draft.signingInput.utf8))
        signature[signature.count / 2] ^= 1
        return draft.signed(signature)
    }

    private func payloadSwapped(_ draft: JWSDraft) throws -> String {
        let signature = try key.sign(Array(draft.signingInput.utf8))
        var other = draft
        var claims = try JSONObject.parse(draft.payload)
        claims["sub"] = "admin"
        other.payload = claims.serialized()
        return other.signed(signature)
    }

    private func reserialize(_ draft: JWSDraft, _ token: String) -> String {
        let parts = token.split(separator: ".").map(String.init)
        switch fault {
        case .padding:
            return parts.map { $0 + String(repeating: "=", count: (4 - $0.count % 4) % 4) }.joined(separator: ".")
        case .fiveParts: return token + ".AAAA.AAAA"
        case .jsonSerialization:
            return JSONObject(
                dictionaryLiteral: ("protected", .string(parts[0])), ("payload", .string(parts[1])),
                ("signature", .string(parts[2]))
            ).text
        default: return token
        }
    }
}

/// ECDSA signatures the way X.509 writes them.
enum DERSignature {
    /// `SEQUENCE { r INTEGER, s INTEGER }` of the two halves.
    static func encode(_ raw: [UInt8]) -> [UInt8] {
        let body = integer(raw.prefix(raw.count / 2)) + integer(raw.suffix(raw.count / 2))
        return [0x30, UInt8(body.count)] + body
    }

    private static func integer(_ half: ArraySlice<UInt8>) -> [UInt8] {
        var octets = Array(half.drop { $0 == 0 })
        if octets.first.map({ $0 >= 0x80 }) ?? true { octets.insert(0, at: 0) }
        return [0x02, UInt8(octets.count)] + octets
    }
}
