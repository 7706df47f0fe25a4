package import Broker
package import XMLSecurity

/// A message as it came, by either binding, not verified and not read.
package enum InboundMessage: Sendable {
    case redirect(RedirectMessage)
    case post(PostMessage)

    /// Takes the message out of a request: out of the raw query for GET, out of the form for POST.
    ///
    /// - Throws: The rules of the binding.
    package init(_ callback: LoginCallback) throws(SAMLError) {
        self =
            switch callback.method {
            case .get: .redirect(try RedirectMessage(rawQuery: callback.rawQuery))
            case .post: .post(try PostMessage(callback.parameters))
            }
    }

    /// Which parameter it came in.
    package var kind: MessageKind {
        switch self {
        case .redirect(let message): message.kind
        case .post(let message): message.kind
        }
    }

    /// Verifies the message as its binding signs.
    ///
    /// - Throws: `signature_missing`, the rules of the signature, and those of reading.
    package func verified(keys: [PublicKey], policy: SignaturePolicy) throws(SAMLError) -> VerifiedMessage {
        switch self {
        case .redirect(let message): try message.verified(keys: keys, policy: policy)
        case .post(let message): try message.verified(keys: keys, policy: policy)
        }
    }

    /// The message of a sender that signs nothing: an AuthnRequest, which asks and asserts nothing.
    ///
    /// - Throws: The rules of reading.
    package func withoutVerifying() throws(SAMLError) -> UnverifiedMessage {
        switch self {
        case .redirect(let message): try message.withoutVerifying()
        case .post(let message): try message.withoutVerifying()
        }
    }
}

/// A message under a signature that holds; whether it is for us and now is still to be checked.
///
/// Only `RedirectMessage` and `PostMessage` make one.
package struct VerifiedMessage: Sendable {
    /// Which parameter it came in.
    package let kind: MessageKind
    /// The message: all of it is covered by the signature.
    let root: XMLElement
    /// What goes back with the answer; the signature covers it by redirect, and by POST nothing does.
    package let relayState: RelayState?
}

/// A message that nobody vouches for.
package struct UnverifiedMessage: Sendable {
    /// Which parameter it came in.
    package let kind: MessageKind
    /// The message.
    let root: XMLElement
    /// What goes back with the answer.
    package let relayState: RelayState?
}
