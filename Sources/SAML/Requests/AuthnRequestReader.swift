package import XMLSecurity

/// Reads an AuthnRequest as an IdP does (SAML Profiles 4.1.4.1).
///
/// Who the sender is, whether the ACS is one of its own, and whether the request has been seen before, is for the IdP's
/// configuration to say.
package struct AuthnRequestReader: Sendable {
    /// A request with what came along.
    package struct Received: Sendable, Hashable {
        /// The request.
        package let request: AuthnRequest
        /// What goes back with the answer.
        package let relayState: RelayState?
    }

    private let endpoint: String

    /// A reader.
    ///
    /// - Parameter endpoint: The IdP's endpoint that is asked, octet for octet as published.
    package init(endpoint: String) { self.endpoint = endpoint }

    /// Reads a request under its sender's signature.
    ///
    /// - Throws: `signature_missing`, the rules of the signature, of reading and of this reader.
    package func read(
        _ message: InboundMessage, keys: [PublicKey], policy: SignaturePolicy
    ) throws(SAMLError) -> Received {
        let verified = try message.verified(keys: keys, policy: policy)
        // SAML Bindings 3.4.5.2, 3.5.5.2: a signed message names where it goes.
        guard verified.root.attribute("Destination") != nil else {
            throw SAMLError("destination_missing", "a signed AuthnRequest has no Destination")
        }
        let request = try request(verified.root, kind: verified.kind, isVerified: true)
        return Received(request: request, relayState: verified.relayState)
    }

    /// Reads a request of a sender that does not sign; an enveloped signature there is not looked at.
    ///
    /// - Throws: The rules of reading and of this reader.
    package func readWithoutVerifying(_ message: InboundMessage) throws(SAMLError) -> Received {
        let unverified = try message.withoutVerifying()
        let request = try request(unverified.root, kind: unverified.kind, isVerified: false)
        return Received(request: request, relayState: unverified.relayState)
    }

    // MARK: Reading

    private func request(
        _ root: XMLElement, kind: MessageKind, isVerified: Bool
    ) throws(SAMLError) -> AuthnRequest {
        guard kind == .request else { throw SAMLError("message_kind_mismatch", "an AuthnRequest came as SAMLResponse") }
        try MessageStructure.authnRequest(isVerified: isVerified).check(root)
        let header = try MessageHeader(root)
        guard header.destination.map({ $0.utf8.elementsEqual(endpoint.utf8) }) ?? true else {
            throw SAMLError("destination_mismatch", "Destination is not the endpoint that was asked")
        }
        try refuseUnsupported(root)
        return AuthnRequest(
            id: header.id, issueInstant: header.issueInstant, destination: header.destination,
            acsURL: root.attribute("AssertionConsumerServiceURL"), issuer: header.issuer,
            forceAuthn: try root.flag("ForceAuthn"), isPassive: try root.flag("IsPassive"),
            nameIDFormat: root.first(.nameIDPolicy)?.attribute("Format"), contextClasses: try contextClasses(root))
    }

    /// What an answer would have to obey, and what we do not.
    private func refuseUnsupported(_ root: XMLElement) throws(SAMLError) {
        guard root.attribute("ProtocolBinding").map({ $0 == SAMLURI.postBinding }) ?? true else {
            throw SAMLError("protocol_binding_unsupported", "the answer is wanted by another binding than POST")
        }
        guard root.attribute("AssertionConsumerServiceIndex") == nil else {
            throw SAMLError("acs_index_unsupported", "the ACS is named by an index")
        }
    }

    private func contextClasses(_ root: XMLElement) throws(SAMLError) -> [String] {
        guard let requested = root.first(.requestedAuthnContext) else { return [] }
        guard requested.attribute("Comparison").map({ $0 == "exact" }) ?? true else {
            throw SAMLError("context_comparison_unsupported", "Comparison is not exact")
        }
        let classes = requested.children(.authnContextClassRef).compactMap(\.text).filter { !$0.isEmpty }
        guard !classes.isEmpty else {
            throw SAMLError("element_missing", "RequestedAuthnContext names no class")
        }
        return classes
    }
}

extension XMLElement {
    /// An `xs:boolean` that is false where it is absent.
    fileprivate func flag(_ name: StaticString) throws(SAMLError) -> Bool {
        switch attribute(name) {
        case nil, "false", "0": return false
        case "true", "1": return true
        default: throw SAMLError("boolean_malformed", "\(name) is no xs:boolean")
        }
    }
}
