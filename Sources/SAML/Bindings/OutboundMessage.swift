package import Broker
package import Foundation
package import XMLSecurity

/// What signs a message of ours.
package struct MessageSigner: Sendable {
    let key: PrivateKey
    let algorithm: SignatureAlgorithm
    let certificate: [UInt8]?

    /// A signer.
    ///
    /// - Parameters:
    ///   - key: Signs.
    ///   - algorithm: nil takes SHA-256 with the key's type.
    ///   - certificate: DER for the KeyInfo of a POST, where the other side likes to see one.
    package init(key: PrivateKey, algorithm: SignatureAlgorithm? = nil, certificate: [UInt8]? = nil) {
        self.key = key
        self.algorithm = algorithm ?? .standard(for: key.type)
        self.certificate = certificate
    }
}

/// A message on its way out, before a binding has it.
package struct OutboundMessage: Sendable {
    /// Which parameter it goes in.
    package var kind: MessageKind
    /// Its identifier, which an enveloped signature refers to.
    package var id: String
    /// Its octets, not signed.
    package var xml: [UInt8]
    /// What goes along.
    package var relayState: RelayState?

    /// A message.
    package init(_ kind: MessageKind, id: String, xml: XMLText, relayState: RelayState?) {
        self.kind = kind
        self.id = id
        self.xml = xml.bytes
        self.relayState = relayState
    }

    /// The message as a binding sends it.
    ///
    /// - Parameters:
    ///   - binding: How.
    ///   - location: Where; it may have a query.
    ///   - signer: nil sends it unsigned.
    /// - Throws: `endpoint_malformed`, and what XMLSecurity refuses of the key.
    package func delivery(
        by binding: IdentityProviderDescription.Binding, to location: String, signedBy signer: MessageSigner?
    ) throws(SAMLError) -> MessageDelivery {
        switch binding {
        case .redirect: .redirect(try RedirectBinding.url(for: self, to: location, signedBy: signer))
        case .post:
            .formPost(
                try RedirectBinding.endpoint(location), try PostBinding.fields(for: self, signedBy: signer))
        }
    }
}

/// What the browser is told to do with a message.
package enum MessageDelivery: Sendable, Hashable {
    /// Go there.
    case redirect(URL)
    /// Post these fields there.
    case formPost(URL, [FormParameter])

    /// As the first step of a login.
    package var loginAction: LoginStep.Action {
        switch self {
        case .redirect(let url): .redirect(url)
        case .formPost(let url, let fields): .formPost(url, fields)
        }
    }

    /// As a step of a logout that we begin.
    package var logoutStep: LogoutStep {
        switch self {
        case .redirect(let url): .redirect(url)
        case .formPost(let url, let fields): .formPost(url, fields)
        }
    }

    /// As the answer to a logout that the IdP began.
    package var logoutAnswer: LogoutNotice.Answer {
        switch self {
        case .redirect(let url): .redirect(url)
        case .formPost(let url, let fields): .formPost(url, fields)
        }
    }
}
