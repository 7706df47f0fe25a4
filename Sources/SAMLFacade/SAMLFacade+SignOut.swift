import Broker
package import BrokerEngine
package import BrokerModel
package import Foundation
import SAML

extension SAMLFacade {
    /// Whether the browser can take a sign-out to the site and we can believe the answer.
    package var signsOutByBrowser: Bool {
        settings.logoutURL != nil && settings.entityID != nil && !site.keys.isEmpty
    }

    /// Asks the site to end its session (SAML Profiles 4.4.3.1): always signed, the name as the assertion had it.
    package func beginSignOut(_ session: FacadeSession, state: String) async throws(FacadeError) -> FacadeStep? {
        guard let location = settings.logoutURL else { return nil }
        let now = host.time.now
        let message = LogoutRequestMessage(
            id: Self.requestID(of: state), issueInstant: now, destination: location, issuer: entityID,
            notOnOrAfter: now + .seconds(300), reason: LogoutRequestMessage.Reason.user, nameID: nameID(session.name),
            sessionIndexes: [session.key])
        return try deliver(to: location) { () throws(SAMLError) in message.message(relayState: try RelayState(state)) }
    }

    /// Answers the site's LogoutRequest.
    package func concludeSignOut(_ conclusion: Data, isComplete: Bool) async throws(FacadeError) -> FacadeStep {
        let conclusion = try LogoutConclusion(conclusion)
        return try respond(to: conclusion, isComplete && !conclusion.isPartial ? .success : .partial)
    }

    /// We speak no SOAP: a site without a browser at hand hears nothing.
    package func endSession(_ session: FacadeSession) async throws(FacadeError) -> FacadeEnding { .noBackChannel }

    /// The identifier of our LogoutRequest, an NCName.
    static func requestID(of state: String) -> String { "_\(state)" }

    /// A LogoutResponse (SAML Profiles 4.4.3.4): always signed.
    func respond(
        to conclusion: LogoutConclusion, _ status: LogoutResponseMessage.Status
    ) throws(FacadeError) -> FacadeStep {
        guard let location = settings.logoutURL else {
            throw FacadeError(.siteIncomplete, detail: "the site has no logoutURL to answer to")
        }
        let message = LogoutResponseMessage(
            id: identifier(), issueInstant: host.time.now, destination: location, issuer: entityID,
            inResponseTo: conclusion.inResponseTo, status: status)
        return try deliver(to: location) { () throws(SAMLError) in message.message(relayState: conclusion.relayState) }
    }

    private func deliver(
        to location: String, _ message: () throws(SAMLError) -> OutboundMessage
    ) throws(FacadeError) -> FacadeStep {
        let own = try ownKey()
        let binding: IdentityProviderDescription.Binding = settings.logoutBinding == .redirect ? .redirect : .post
        do throws(SAMLError) {
            return try message().delivery(
                by: binding, to: location, signedBy: MessageSigner(key: own.key, certificate: own.certificate)
            ).facadeStep
        } catch {
            throw FacadeError(.configurationInvalid, detail: "a logout message cannot be written", underlying: error)
        }
    }
}
