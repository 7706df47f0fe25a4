import Broker
import Foundation
import XMLSecurity

@testable import SAML

/// The two sides of the tests of bindings, requests and logout.
enum Parties {
    static let idp = "https://idp.example/saml"
    static let sp = "https://broker.example/vestibule/cb/acme/metadata"
    static let slo = "https://broker.example/vestibule/cb/acme/logout"
    static let sso = "https://idp.example/sso"
    static let acs = "https://broker.example/vestibule/cb/acme"
    static let now = Timestamp(seconds: 1_768_478_400)  // 2026-01-15T12:00:00Z

    private static let rsaKey = Result { try PrivateKey(pkcs8: PrivateKey.generateRSA()) }
    private static let otherKey = Result { try PrivateKey(pkcs8: PrivateKey.generateRSA()) }
    private static let ecKey = Result { try PrivateKey(pkcs8: PrivateKey.generateP256()) }

    static var rsa: PrivateKey { get throws { try rsaKey.get() } }
    static var other: PrivateKey { get throws { try otherKey.get() } }
    static var ec: PrivateKey { get throws { try ecKey.get() } }
    static var signer: MessageSigner { get throws { MessageSigner(key: try rsa) } }
    static var keys: [PublicKey] { get throws { [try rsa.publicKey] } }

    /// A message of arbitrary text.
    static func message(
        _ xml: String, _ kind: MessageKind = .request, id: String = "_m1", relayState: String? = nil
    ) throws -> OutboundMessage {
        OutboundMessage(
            kind, id: id, xml: XMLText(written: Array(xml.utf8)), relayState: try relayState.map { try RelayState($0) })
    }

    /// The query of a message by redirect.
    static func query(_ message: OutboundMessage, signedBy signer: MessageSigner? = nil) throws -> String {
        let delivery = try message.delivery(by: .redirect, to: slo, signedBy: signer)
        guard case .redirect(let url) = delivery, let query = url.query(percentEncoded: true) else { throw Absent() }
        return query
    }

    /// The fields of a message by POST.
    static func fields(_ message: OutboundMessage, signedBy signer: MessageSigner? = nil) throws -> [FormParameter] {
        guard case .formPost(_, let fields) = try message.delivery(by: .post, to: slo, signedBy: signer) else {
            throw Absent()
        }
        return fields
    }

    /// A message after its way through a binding.
    static func arrived(
        _ message: OutboundMessage, by binding: IdentityProviderDescription.Binding, signedBy signer: MessageSigner?
    ) throws -> InboundMessage {
        switch binding {
        case .redirect: .redirect(try RedirectMessage(rawQuery: Array(query(message, signedBy: signer).utf8)))
        case .post: .post(try PostMessage(form(fields(message, signedBy: signer))))
        }
    }

    /// Fields as a form that was posted.
    static func form(_ fields: [FormParameter]) throws -> CallbackParameters {
        let body = fields.map { "\($0.name)=\(PercentEncoding.encode($0.value))" }.joined(separator: "&")
        return try CallbackParameters(formEncoded: Data(body.utf8))
    }
}

/// The rule that refuses; nil where nothing does.
func refusal(_ body: () throws -> Void) throws -> String? {
    do {
        try body()
        return nil
    } catch let error as SAMLError {
        return error.rule
    }
}
