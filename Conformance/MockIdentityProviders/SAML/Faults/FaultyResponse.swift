// SPDX-License-Identifier: Apache-2.0

import XMLSecurity

/// Mistakes in what the Response around an assertion says.
struct FaultyResponse {
    private static let prefix = "urn:oasis:names:tc:SAML:2.0:status:"

    let context: SAMLFaultContext

    func spoil(_ response: inout ResponseDraft) {
        spoilAddresses(&response)
        spoilStatus(&response)
        spoilSize(&response)
    }

    private func spoilAddresses(_ response: inout ResponseDraft) {
        switch context.fault {
        case .issuerWrong: response.issuer = "https://idp.invalid/saml"
        case .issuerOtherTenant: response.issuer = context.otherIssuer
        case .destinationWrong: response.destination = "https://another-sp.example/acs"
        case .destinationPrefix: response.destination = response.destination.map { $0 + "/../other" }
        case .destinationMissing: response.destination = nil
        case .inResponseToWrong: response.inResponseTo = "_nobody-sent-this"
        case .inResponseToMissing: response.inResponseTo = nil
        case .otherRequest: response.inResponseTo = context.otherRequest
        case .duplicateID: response.id = "_one-for-both"
        default: break
        }
    }

    private func spoilStatus(_ response: inout ResponseDraft) {
        switch context.fault {
        case .statusFailure: response.statusCodes = [Self.prefix + "Responder", Self.prefix + "AuthnFailed"]
        case .statusDenied: response.statusCodes = [Self.prefix + "Responder", Self.prefix + "RequestDenied"]
        case .statusResponder: response.statusCodes = [Self.prefix + "Responder"]
        case .versionWrong: response.version = "1.1"
        default: break
        }
    }

    private func spoilSize(_ response: inout ResponseDraft) {
        let element = { (children: [XMLText]) in XMLText("e:x", [("xmlns:e", "urn:example:x")], children) }
        switch context.fault {
        case .tooDeep: response.extensions = [(0..<100).reduce(element([])) { inner, _ in element([inner]) }]
        case .tooMany: response.extensions = [element((0..<3000).map { _ in element([]) })]
        case .tooLarge:
            response.extensions = [
                XMLText("e:x", [("xmlns:e", "urn:example:x")], text: String(repeating: "x", count: 512 << 10))
            ]
        case .xinclude:
            response.extensions = [
                XMLText(
                    "xi:include", [("xmlns:xi", "http://www.w3.org/2001/XInclude"), ("href", context.lure)])
            ]
        default: break
        }
    }

    /// Whether the Response brings no assertion.
    static func isEmpty(_ fault: SAMLFault?) -> Bool {
        fault == .statusDenied || fault == .statusResponder || fault == .assertionMissing
    }
}
