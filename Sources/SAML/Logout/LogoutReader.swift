package import Broker
package import XMLSecurity

/// Reads logout messages of an IdP; an unsigned one ends nothing and says nothing (SAML Profiles 4.4.3, SDP-SP28,
/// SP33).
package struct LogoutReader: Sendable {
    /// A LogoutRequest that passed every check.
    package struct ReceivedRequest: Sendable {
        /// The request.
        package let message: LogoutRequestMessage
        /// What goes back with the answer.
        package let relayState: RelayState?
        /// Its ID, which may be accepted once.
        package let oneTime: OneTimeIdentifier
    }

    private let keys: [PublicKey]
    private let policy: SignaturePolicy
    private let decryptor: Decryptor?
    private let requestChecks: [LogoutCheck]
    private let responseChecks: [LogoutCheck]

    /// A reader.
    ///
    /// - Parameters:
    ///   - keys: The IdP's signing keys.
    ///   - policy: What it may sign with.
    ///   - decryptor: Opens an EncryptedID; nil refuses one.
    ///   - requestChecks: What a LogoutRequest is held against.
    ///   - responseChecks: What a LogoutResponse is held against.
    package init(
        keys: [PublicKey], policy: SignaturePolicy, decryptor: Decryptor? = nil,
        requestChecks: [LogoutCheck] = LogoutCheck.request, responseChecks: [LogoutCheck] = LogoutCheck.response
    ) {
        self.keys = keys
        self.policy = policy
        self.decryptor = decryptor
        self.requestChecks = requestChecks
        self.responseChecks = responseChecks
    }

    /// Reads a LogoutRequest.
    ///
    /// - Throws: `logout_unsigned`, the rules of the binding, the signature, the structure, and of
    ///   `LogoutCheck.request`.
    package func request(
        _ inbound: InboundMessage, expecting expected: LogoutExpectations
    ) throws(SAMLError) -> ReceivedRequest {
        let verified = try verify(inbound, .request, .logoutRequest)
        for check in requestChecks { try check.run(verified.root, expected) }
        let message = try LogoutRequestMessage(verified.root, decryptor: decryptor)
        return ReceivedRequest(
            message: message, relayState: verified.relayState,
            oneTime: OneTimeIdentifier("logout_request:\(message.id)", until: message.replayable(until: expected)))
    }

    /// Reads the answer to a LogoutRequest of ours.
    ///
    /// - Throws: `logout_unsigned`, the rules of the binding, the signature, the structure, and of
    ///   `LogoutCheck.response`.
    package func response(
        _ inbound: InboundMessage, expecting expected: LogoutExpectations
    ) throws(SAMLError) -> LogoutResponseMessage {
        let verified = try verify(inbound, .response, .logoutResponse)
        for check in responseChecks { try check.run(verified.root, expected) }
        return try LogoutResponseMessage(verified.root)
    }

    private func verify(
        _ inbound: InboundMessage, _ kind: MessageKind, _ structure: MessageStructure
    ) throws(SAMLError) -> VerifiedMessage {
        guard inbound.kind == kind else {
            throw SAMLError("message_kind_mismatch", "the message did not come as \(kind.rawValue)")
        }
        let verified: VerifiedMessage
        do throws(SAMLError) {
            verified = try inbound.verified(keys: keys, policy: policy)
        } catch  where error.rule == XMLSecurityError.Code.signatureMissing.rawValue {
            throw SAMLError("logout_unsigned", error.detail)
        }
        try structure.check(verified.root)
        return verified
    }
}

extension LogoutRequestMessage {
    fileprivate init(_ root: XMLElement, decryptor: Decryptor?) throws(SAMLError) {
        let header = try MessageHeader(root)
        let indexes = root.children(.sessionIndex).compactMap(\.text)
        guard indexes.allSatisfy({ (1...1024).contains($0.utf8.count) }) else {
            throw SAMLError("session_index_malformed", "a SessionIndex is empty or too long")
        }
        self.init(
            id: header.id, issueInstant: header.issueInstant, destination: header.destination ?? "",
            issuer: header.issuer, notOnOrAfter: try root.time("NotOnOrAfter"), reason: root.attribute("Reason"),
            nameID: try Self.nameID(of: root, decryptor: decryptor), sessionIndexes: indexes)
    }

    /// The one name; an encrypted one is a document of its own under the rules of a message.
    private static func nameID(of root: XMLElement, decryptor: Decryptor?) throws(SAMLError) -> NameID {
        var element = root.first(.nameID)
        if let encrypted = root.first(.encryptedID) {
            guard let decryptor else {
                throw SAMLError("encrypted_id_unsupported", "the name is encrypted, and there is no key to open it")
            }
            let document = try refusing { () throws(XMLSecurityError) in
                try XMLDocument.message(decryptor.decrypt(encrypted, isSigned: true))
            }
            try MessageStructure(name: .nameID, content: .text).check(document.root)
            element = document.root
        }
        guard let name = element.flatMap({ NameID($0) }) else {
            throw SAMLError("name_id_malformed", "NameID is empty, too long or not plain text")
        }
        return name
    }

    /// The end of the time in which a copy would pass the checks of time.
    fileprivate func replayable(until expected: LogoutExpectations) -> Timestamp {
        let aged = issueInstant + expected.window + expected.skew
        return notOnOrAfter.map { min(aged, $0 + expected.skew) } ?? aged
    }
}

extension LogoutResponseMessage {
    fileprivate init(_ root: XMLElement) throws(SAMLError) {
        let header = try MessageHeader(root)
        guard let status = root.first(.status) else {
            throw SAMLError("element_missing", "LogoutResponse holds no Status")
        }
        self.init(
            id: header.id, issueInstant: header.issueInstant, destination: header.destination ?? "",
            issuer: header.issuer, inResponseTo: root.attribute("InResponseTo") ?? "", status: Status(status))
    }
}
