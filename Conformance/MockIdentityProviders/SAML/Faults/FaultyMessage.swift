// SPDX-License-Identifier: Apache-2.0

import Foundation
import XMLSecurity

/// Mistakes in the octets of a whole message, and in how they travel.
struct FaultyMessage {
    let fault: SAMLFault?
    let lure: String

    /// The message as octets.
    func octets(_ honest: [UInt8]) -> [UInt8] {
        switch fault {
        case .dtd: Array("<!DOCTYPE r [<!ATTLIST a ID ID #IMPLIED>]>".utf8) + honest
        case .dtdEntity: Array("<!DOCTYPE r [<!ENTITY who \"\(SAMLFault.attacker)\">]>".utf8) + honest
        case .dtdExternal: Array("<!DOCTYPE r [<!ENTITY who SYSTEM \"\(lure)\">]>".utf8) + honest
        case .dtdExpansion: Array("<!DOCTYPE r [\(Self.expansion)]>".utf8) + honest
        case .processingInstruction: Array("<?evil yes?>".utf8) + honest
        case .version11: Array("<?xml version=\"1.1\"?>".utf8) + honest
        case .truncated: Array(honest.dropLast(40))
        case .trailingGarbage: honest + Array("and so on".utf8)
        case .twoRoots: honest + honest
        case .invalidUTF8: Self.spliced(honest, [0xC0, 0x80])
        case .utf16: Array(String(decoding: honest, as: UTF8.self).data(using: .utf16) ?? Data())
        default: honest
        }
    }

    /// The fields of the form.
    func fields(_ message: [UInt8], relayState: String?) -> [Parameter] {
        let text = encoded(message)
        let relay = relayState.map { [Parameter("RelayState", $0)] } ?? []
        let honest = [Parameter("SAMLResponse", text)] + relay
        switch fault {
        case .relayStateMissing: return [honest[0]]
        case .relayStateWrong: return [honest[0], Parameter("RelayState", "not-the-state-of-this-login")]
        case .relayStateTwice: return honest + relay
        case .messageTwice: return [honest[0]] + honest
        case .messageMissing: return relay
        default: return honest
        }
    }

    private func encoded(_ message: [UInt8]) -> String {
        let text = Base64.encode(message)
        return switch fault {
        case .base64Garbage: "!" + text
        // Both letters that differ are in the alphabet of the other only by chance: one is put there.
        case .base64URL: "_-" + text.replacing("+", with: "-").replacing("/", with: "_")
        default: text
        }
    }

    private static let expansion = (1...12).reduce("<!ENTITY e0 \"ha\">") { text, level in
        let body = String(repeating: "&e\(level - 1);", count: 10)
        return text + "<!ENTITY \(level == 12 ? "who" : "e\(level)") \"\(body)\">"
    }

    /// Puts octets before the last tag.
    private static func spliced(_ octets: [UInt8], _ piece: [UInt8]) -> [UInt8] {
        guard let at = octets.lastIndex(of: UInt8(ascii: "<")) else { return octets }
        return octets[..<at] + piece + octets[at...]
    }
}
