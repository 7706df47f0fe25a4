import Broker
import Foundation
import SAML
import SAMLFuzzing
import XMLSecurity

/// Octets as what an IdP signs: a hostile one may say what it likes, and the readers behind the signature must bear it.
///
/// A Response is signed as a whole; any other root is deflated and signed as a query. What comes out as a name must stand
/// in the signed octets as the whole text of an element.
struct SignedTarget: FuzzTarget {
    static let name = "signed"
    private let connection: Acme
    private let key: PrivateKey

    init(_ own: OwnDev) throws {
        key = try PrivateKey(pkcs8: PrivateKey.generateP256())
        connection = try Acme(own, keys: [key.publicKey])
    }

    func problem(with input: [UInt8]) -> String? {
        guard let document = try? XMLDocument(parsing: input, limits: .message) else { return nil }
        guard document.root.localName == "Response" else { return logout(input) }
        guard let id = document.root.attribute("ID"), let signed = try? SignatureMaker(key: key).sign(input, id: id),
            let message = try? connection.verified(signed)
        else { return nil }
        _ = try? ResponseCheck.run(on: message, expecting: connection.expectations)
        guard let content = try? AssertionContent(message, skew: .seconds(180)) else { return nil }
        _ = AttributeReader(content.attributes).claims
        _ = try? AttributeReader(content.attributes).list(AttributeName("groups"))
        // What was encrypted does not stand there; that is the business of another target.
        guard let name = content.nameID, document.root.children.allSatisfy({ $0.localName != "EncryptedAssertion" })
        else { return nil }
        return isWholeText(name.value, in: document) ? nil : "the name is not what stands in the message"
    }

    private func isWholeText(_ value: String, in document: XMLDocument) -> Bool {
        let escaped = value.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\r", with: "&#xD;")
        guard let octets = try? document.root.canonicalOctets() else { return false }
        return Data(octets).range(of: Data(">\(escaped)</".utf8)) != nil
    }

    /// As a logout message in a signed query.
    private func logout(_ input: [UInt8]) -> String? {
        let connection = connection
        for kind in [MessageKind.request, .response] {
            let message = OutboundMessage(kind, id: "_x", xml: XMLText(written: input), relayState: nil)
            guard
                case .redirect(let url)? = try? message.delivery(
                    by: .redirect, to: connection.logoutExpectations.endpoint, signedBy: MessageSigner(key: key)),
                let query = url.query(percentEncoded: true),
                let inbound = try? InboundMessage.redirect(RedirectMessage(rawQuery: query.utf8))
            else { return "our own query cannot be read" }
            let reader = LogoutReader(keys: connection.keys, policy: .standard)
            _ = try? reader.request(inbound, expecting: connection.logoutExpectations)
            _ = try? reader.response(inbound, expecting: connection.logoutExpectations)
            let asked = AuthnRequestReader(endpoint: "https://idp-a.example/sso")
            _ = try? asked.read(inbound, keys: connection.keys, policy: .standard)
        }
        return nil
    }

    static func seeds(_ own: OwnDev) throws -> [[UInt8]] {
        let request = AuthnRequest(
            id: "_a", issueInstant: own.now, destination: "https://idp-a.example/sso", acsURL: "https://sp.example/acs",
            issuer: "https://sp.example", nameIDFormat: "urn:x", contextClasses: ["urn:y"])
        return own.cases.filter { $0.kind != "metadata" }.compactMap { item in
            guard var root = try? MarkupParser.parse(own.octets(item.file)) else { return nil }
            while let path = root.paths(named: "Signature").first(where: { !$0.isEmpty }) { root[path] = nil }
            return root.octets
        } + [request.xml.bytes]
    }
}
