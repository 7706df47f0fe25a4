import Broker
import BrokerEngine
import BrokerModel
import SAML
import XMLSecurity

extension SAMLFacade {
    /// How long the identifier of an answered request is remembered: longer than a request may be under way and wait.
    private static let memory = Duration.seconds(3600)

    /// Tells the site who signed in (SAML Profiles 4.1.4.2).
    func answer(
        _ asked: SignOnRequest, _ owner: SessionService.Owner, at destination: Destination
    ) async throws(FacadeError) -> FacadeResponse {
        let writer = try writer()
        let oneTime = OneTimeIdentifier("request/\(asked.id)", until: host.time.now + Self.memory)
        let told = try await host.answer(FacadeAnswerRequest(owner, oneTime: [oneTime]))
        let envelope = envelope(asked, at: destination)
        let assertion = assertion(told, in: envelope, for: destination)
        return .step(
            try posted(asked, at: destination) { () throws(SAMLError) in
                try writer.response(envelope, with: assertion)
            })
    }

    /// Tells the site that nobody did (SAML2Int SP11 is what it does with that).
    func refused(
        _ asked: SignOnRequest, _ failure: ResponseFailure, at destination: Destination
    ) throws(FacadeError) -> FacadeResponse {
        let writer = try writer()
        let step = try posted(asked, at: destination) { () throws(SAMLError) in
            try writer.failure(envelope(asked, at: destination), failure)
        }
        return .step(step, refusal: failure.refusal)
    }

    // MARK: Parts

    private func envelope(_ asked: SignOnRequest, at destination: Destination) -> ResponseEnvelope {
        ResponseEnvelope(
            id: identifier(), issuer: entityID, issueInstant: host.time.now, destination: destination.acsURL,
            inResponseTo: asked.id)
    }

    private func assertion(
        _ told: FacadeAnswer, in envelope: ResponseEnvelope, for destination: Destination
    ) -> AssertionDraft {
        let session = told.session
        return AssertionDraft(
            id: identifier(), issuer: envelope.issuer, issueInstant: envelope.issueInstant,
            nameID: nameID(told.name.description), audience: destination.entityID, acsURL: destination.acsURL,
            requestID: envelope.inResponseTo,
            authentication: .init(
                // An IdP's clock that is ahead must not make of the sign-in one in the future.
                instant: min(session.authenticatedAt, envelope.issueInstant),
                contextClass: session.authentication.contextClass, sessionIndex: told.key,
                sessionEnd: session.absoluteDeadline),
            attributes: site.attributes.drafts(of: Person(told)))
    }

    private func posted(
        _ asked: SignOnRequest, at destination: Destination, _ write: () throws(SAMLError) -> [UInt8]
    ) throws(FacadeError) -> FacadeStep {
        let octets: [UInt8]
        do throws(SAMLError) {
            octets = try write()
        } catch {
            throw FacadeError(.configurationInvalid, detail: "the answer cannot be written", underlying: error)
        }
        var fields = [FormParameter(MessageKind.response.rawValue, Base64.encode(octets))]
        if let state = asked.relayState { fields.append(FormParameter("RelayState", state.value)) }
        return .formPost(destination.url, fields)
    }

    private func writer() throws(FacadeError) -> ResponseWriter {
        let own = try ownKey()
        return ResponseWriter(
            key: own.key, certificate: own.certificate, signing: settings.sign, encryptingTo: site.encryptionKey)
    }

    /// The person's name, as it stands in assertions and in logout messages.
    func nameID(_ name: String) -> NameID { NameID(name, format: settings.nameIDFormat.uri) }

    /// A fresh NCName.
    func identifier() -> String { "_" + host.randomness.token(bytes: 20) }
}

extension ResponseFailure {
    /// What is recorded with it.
    fileprivate var refusal: FacadeError {
        switch self {
        case .noPassive:
            FacadeError(.loginRequired, detail: "a sign-in is needed, and the site asked that nobody be asked")
        case .noAuthnContext:
            FacadeError(
                .authenticationInsufficient, detail: "the sign-in is of none of the classes that the site asked for")
        case .invalidNameIDPolicy:
            FacadeError(
                .messageRefused, detail: "the site wants a NameID of a format that is not configured",
                rule: "name_id_policy_unsupported")
        }
    }
}
