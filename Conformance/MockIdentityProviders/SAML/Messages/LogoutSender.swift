// SPDX-License-Identifier: Apache-2.0

import Broker
import Foundation
import Hummingbird
import SAML
import XMLSecurity

/// What a logout message says about itself.
struct LogoutFacts {
    private static let hour = Duration.seconds(3600)

    var issuer: String
    var destination: String
    var issueInstant: Timestamp
    var notOnOrAfter: Timestamp
    var inResponseTo: String

    /// Honest ones, spoilt where the fault says so.
    init(_ visit: SAMLVisit, destination: String, inResponseTo: String = "", fault: SAMLLogoutFault?) {
        issuer = visit.entityID
        self.destination = destination
        let now = Timestamp(seconds: visit.now)
        (issueInstant, notOnOrAfter) = (now, now + .seconds(300))
        self.inResponseTo = inResponseTo
        switch fault {
        case .issuerWrong: issuer = "https://idp.invalid/saml"
        case .issuerOtherTenant: issuer = visit.otherEntityID
        case .destinationWrong: self.destination = "https://another-sp.example/logout"
        case .expired: (issueInstant, notOnOrAfter) = (now - Self.hour, now - Self.hour + .seconds(300))
        case .notOnOrAfterPassed: notOnOrAfter = now - Self.hour
        case .issuedInFuture: (issueInstant, notOnOrAfter) = (now + Self.hour, now + Self.hour + .seconds(300))
        case .inResponseToWrong: self.inResponseTo = "_nobody-sent-this"
        default: break
        }
    }
}

/// Signs a logout message and sends it to an SP, with the mistake that was asked for.
struct LogoutSender {
    let visit: SAMLVisit
    let location: String
    let usesPost: Bool
    let fault: SAMLLogoutFault?

    func send(_ honest: OutboundMessage) throws -> Response {
        var message = honest
        if fault == .bomb { message.xml += [UInt8](repeating: UInt8(ascii: " "), count: 4 << 20) }
        let made = spoilt(
            try message.delivery(by: usesPost ? .post : .redirect, to: location, signedBy: try signer()),
            name: message.kind.rawValue)
        let before = visit.tenant.keepLogout(made)
        return answer(fault == .replayed ? before ?? made : made)
    }

    private func signer() throws -> MessageSigner? {
        let key = visit.tenant.keys.active
        switch fault {
        case .unsigned: return nil
        case .wrongKey:
            let stranger = try SAMLStranger.key(.rsa, named: "Somebody else")
            return MessageSigner(key: stranger.privateKey, certificate: stranger.certificate)
        case .sha1: return MessageSigner(key: key.privateKey, algorithm: .rsaSHA1)
        default: return MessageSigner(key: key.privateKey, certificate: key.certificate)
        }
    }

    private func answer(_ delivery: MessageDelivery) -> Response {
        switch delivery {
        case .redirect(let url): return Answer.seeOther(url.absoluteString)
        case .formPost(let url, let fields):
            let page = FormPostPage(
                brand: visit.brand, action: url.absoluteString,
                parameters: fields.map { Parameter($0.name, $0.value) }, title: "Signing out",
                text: "One moment, we are signing you out of the application.")
            return Answer.html(page.html())
        }
    }

    // MARK: Mistakes on the way

    private func spoilt(_ delivery: MessageDelivery, name: String) -> MessageDelivery {
        switch delivery {
        case .redirect(let url): .redirect(URL(string: spoilt(url.absoluteString, name)) ?? url)
        case .formPost(let url, let fields):
            .formPost(url, fault == .tampered ? fields.map { tampered($0, name) } : fields)
        }
    }

    private func spoilt(_ url: String, _ name: String) -> String {
        switch fault {
        case .relayStateChanged:
            guard url.contains("&RelayState=") else { return url + "&RelayState=changed" }
            return url.replacing(/&RelayState=[^&]*/, with: "&RelayState=changed")
        case .parameterTwice: return url + "&\(name)=AAAA"
        case .bothMessages: return url + "&\(name == "SAMLRequest" ? "SAMLResponse" : "SAMLRequest")=AAAA"
        case .tampered:
            return url.replacing(/([?&])SAML(Request|Response)=([^&]*)/) { match in
                let value = tamperedQuery(Parameters.decode(String(match.3)))
                return "\(match.1)" + Parameter("SAML\(match.2)", value).encoded
            }
        default: return url
        }
    }

    private func tampered(_ field: FormParameter, _ name: String) -> FormParameter {
        guard field.name == name, let octets = try? Base64.decode(Array(field.value.utf8)) else { return field }
        return FormParameter(field.name, Base64.encode(Self.tampered(octets)))
    }

    private func tamperedQuery(_ value: String) -> String {
        guard let deflated = try? Base64.decode(Array(value.utf8)),
            let octets = try? Deflate.inflate(deflated, limit: 1 << 20),
            let changed = try? Deflate.deflate(Self.tampered(octets))
        else { return value }
        return Base64.encode(changed)
    }

    private static func tampered(_ octets: [UInt8]) -> [UInt8] {
        let text = String(decoding: octets, as: UTF8.self)
        return Array(text.replacing("</saml:Issuer>", with: " </saml:Issuer>").utf8)
    }
}
