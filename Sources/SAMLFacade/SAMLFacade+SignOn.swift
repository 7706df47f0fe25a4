import Broker
import BrokerEngine
import BrokerModel
import Foundation
import SAML
import XMLSecurity

extension SAMLFacade {
    /// How long a request waits for a sign-in.
    private static let patience = Duration.seconds(900)

    // MARK: Coming in

    /// An AuthnRequest (SAML Profiles 4.1.4.1).
    func signOn(_ request: FacadeRequest) async throws(FacadeError) -> FacadeResponse {
        let destination = try destination()
        let received = try read(request, for: destination)
        let asked = SignOnRequest(received)
        guard offers(received.request.nameIDFormat) else {
            return try refused(asked, .invalidNameIDPolicy, at: destination)
        }
        guard request.method == .get else { return try await returning(asked) }
        return try await goOn(asked, kept: nil, at: destination, try await host.owner(handle: request.handle))
    }

    /// A cross-site POST carries no cookies: whether there is a session is seen when the browser comes back by itself.
    private func returning(_ asked: SignOnRequest) async throws(FacadeError) -> FacadeResponse {
        let value = try await keep(asked)
        guard let url = URL(string: "\(host.rootURL)/\(Self.resume(value))") else {
            throw FacadeError(.configurationInvalid, detail: "publicURL is not a URL")
        }
        return .step(.redirect(url))
    }

    /// The browser is back with a request that was kept.
    func resume(_ request: FacadeRequest) async throws(FacadeError) -> FacadeResponse {
        let destination = try destination()
        guard let value = try request.parameters()["request"],
            let grant = try await host.read(value, as: .request),
            let asked = try? JSONDecoder().decode(SignOnRequest.self, from: grant.content)
        else { throw FacadeError(.requestExpired, detail: "the request is not one that waits") }
        return try await goOn(
            asked, kept: (value, grant.createdAt), at: destination, try await host.owner(handle: request.handle))
    }

    private func goOn(
        _ asked: SignOnRequest, kept: (value: String, at: Timestamp)?, at destination: Destination,
        _ owner: SessionService.Owner?
    ) async throws(FacadeError) -> FacadeResponse {
        switch (SignOnVerdict(asked, session: owner?.session, keptAt: kept?.at, skew: skew), owner) {
        case (.answer, let owner?): return try await answer(asked, owner, at: destination)
        case (.refuse(let failure), _): return try refused(asked, failure, at: destination)
        case (.signIn(let requirements), _):
            let value = if let kept { kept.value } else { try await keep(asked) }
            return .signIn(FacadeSignIn(resume: Self.resume(value), requirements: requirements))
        case (.answer, nil): throw FacadeError(.loginRequired, detail: "there is no session")
        }
    }

    // MARK: Keeping

    private func keep(_ asked: SignOnRequest) async throws(FacadeError) -> String {
        let content: Data
        do {
            content = try JSONEncoder().encode(asked)
        } catch {
            throw FacadeError(.configurationInvalid, detail: "the request cannot be kept", underlying: error)
        }
        return try await host.hand(content, as: .request, lifetime: Self.patience).reveal()
    }

    private static func resume(_ value: String) -> String { "resume?request=\(value)" }

    // MARK: Reading

    /// The SP and where its answers go.
    struct Destination: Sendable {
        let entityID: String
        let acsURL: String
        let url: URL
    }

    /// Atlassian shows them only once it knows us, so that a site may be there without.
    private func destination() throws(FacadeError) -> Destination {
        guard let entityID = settings.entityID, let acsURL = settings.acsURL, let url = URL(string: acsURL) else {
            throw FacadeError(.siteIncomplete, detail: "entityID and acsURL of the site's JSM are not configured yet")
        }
        return Destination(entityID: entityID, acsURL: acsURL, url: url)
    }

    /// The request, once every check has passed: nothing is sent to the ACS before.
    private func read(
        _ request: FacadeRequest, for destination: Destination
    ) throws(FacadeError) -> AuthnRequestReader.Received {
        let message = try InboundMessage(request)
        let received: AuthnRequestReader.Received
        do throws(SAMLError) {
            received = try verified(message)
        } catch {
            throw error.facadeError
        }
        let expected = SignOnExpectations(
            entityID: destination.entityID, acsURL: destination.acsURL, now: host.time.now, skew: skew)
        for check in SignOnCheck.all { try check.run(received.request, expected) }
        return received
    }

    /// A signature that can be verified is; one that is missing is missed where the operator wants it (SAML2Int IDP04).
    ///
    /// An unsigned request asks for nothing that an address in a browser could not ask for: the answer goes to the one
    /// registered ACS.
    private func verified(_ message: InboundMessage) throws(SAMLError) -> AuthnRequestReader.Received {
        let reader = AuthnRequestReader(endpoint: signOnURL)
        guard !site.keys.isEmpty else { return try reader.readWithoutVerifying(message) }
        do throws(SAMLError) {
            return try reader.read(message, keys: site.keys, policy: .standard)
        } catch {
            guard error.rule == XMLSecurityError.Code.signatureMissing.rawValue, !settings.requireSignedRequests else {
                throw error
            }
            return try reader.readWithoutVerifying(message)
        }
    }

    /// Whether a NameID of a format is what we give (SAML Core 3.4.1.1); unspecified is any.
    private func offers(_ format: String?) -> Bool {
        guard let format else { return true }
        return [SAMLURI.unspecifiedFormat, settings.nameIDFormat.uri].contains { $0.isSameText(as: format) }
    }
}
