// SPDX-License-Identifier: Apache-2.0

import Broker
import Foundation
import HTTPTypes
import Hummingbird
import SAML
import XMLSecurity

/// The single logout service: an SP's request, or its answer to one of ours (SAML Profiles 4.4).
struct SingleLogoutRoute {
    let visit: SAMLVisit

    func respond() throws -> Response {
        visit.tenant.count("slo")
        let inbound = try visit.inbound()
        return inbound.kind == .request ? try answer(inbound) : try take(inbound)
    }

    // MARK: An SP's request

    private func answer(_ inbound: InboundMessage) throws -> Response {
        let (provider, received) = try sender { provider, reader in
            try reader.request(inbound, expecting: expectations(provider, requestID: nil))
        }
        guard let logout = provider.logout else {
            throw SAMLRefusal(description: "The application has no address for logout messages.")
        }
        let message = received.message
        let ended = visit.tenant.endSessions { session in
            session.participants[provider.entityID]?.isNamed(message.nameID) == true
                && (message.sessionIndexes.isEmpty || message.sessionIndexes.contains(session.index))
        }
        let fault = visit.tenant.takeLogoutFault()
        let facts = LogoutFacts(visit, destination: logout.url, inResponseTo: message.id, fault: fault)
        let response = LogoutResponseMessage(
            id: visit.host.identifier(), issueInstant: facts.issueInstant, destination: facts.destination,
            issuer: facts.issuer, inResponseTo: facts.inResponseTo, status: status(ended))
        let sender = LogoutSender(visit: visit, location: logout.url, usesPost: logout.usesPost, fault: fault)
        var answer = try sender.send(response.message(relayState: received.relayState))
        answer.headers[.setCookie] = visit.cookie(nil)
        return answer
    }

    private func status(_ ended: Int) -> LogoutResponseMessage.Status {
        guard !visit.tenant.isLogoutPartial else { return .partial }
        return ended > 0 ? .success : .failed
    }

    // MARK: An SP's answer

    private func take(_ inbound: InboundMessage) throws -> Response {
        let requestID = visit.tenant.pendingLogout
        let (_, response) = try sender { provider, reader in
            try reader.response(inbound, expecting: expectations(provider, requestID: requestID))
        }
        visit.tenant.keepLogoutAnswer("\(response.status)")
        let text =
            response.status == .success
            ? "You are signed out here and at the application."
            : "You are signed out here. The application may still know you."
        return Answer.html(MessagePage(brand: visit.brand, title: "You are signed out", text: text).html())
    }

    /// The SP whose signature holds.
    private func sender<Value>(
        _ read: (ServiceProvider, LogoutReader) throws -> Value
    ) throws -> (ServiceProvider, Value) {
        var failure: any Error = SAMLError("signature_invalid", "no application that is known here signed this")
        for provider in visit.tenant.serviceProviders where !provider.signingKeys.isEmpty {
            let reader = LogoutReader(keys: provider.signingKeys, policy: .standard)
            do {
                return (provider, try read(provider, reader))
            } catch {
                if (error as? SAMLError)?.rule != "signature_invalid" { failure = error }
            }
        }
        throw failure
    }

    private func expectations(_ provider: ServiceProvider, requestID: String?) -> LogoutExpectations {
        LogoutExpectations(
            issuer: provider.entityID, endpoint: "\(visit.base)/slo", requestID: requestID,
            now: Timestamp(seconds: visit.now))
    }
}

/// A logout that begins here: `?sp=ENTITYID`, and perhaps `user` instead of whom the browser's session is, `post=1`,
/// `RelayState`.
struct StartLogoutRoute {
    let visit: SAMLVisit

    func respond() throws -> Response {
        guard let provider = visit.query["sp"].flatMap({ visit.tenant.serviceProvider($0) }),
            let logout = provider.logout
        else { throw SAMLRefusal(description: "Nobody here knows this application, or how to sign out of it.") }
        guard let session, let participant = session.participants[provider.entityID] else {
            throw SAMLRefusal(description: "Nobody is signed in there.")
        }
        let fault = visit.tenant.takeLogoutFault()
        let facts = LogoutFacts(visit, destination: logout.url, fault: fault)
        let request = LogoutRequestMessage(
            id: visit.host.identifier(), issueInstant: facts.issueInstant, destination: facts.destination,
            issuer: facts.issuer, notOnOrAfter: facts.notOnOrAfter, reason: LogoutRequestMessage.Reason.user,
            nameID: participant.nameID, sessionIndexes: [session.index])
        visit.tenant.beginLogout(request.id)
        let relayState = try visit.query["RelayState"].map { (value) throws(SAMLError) in try RelayState(value) }
        let sender = LogoutSender(
            visit: visit, location: logout.url, usesPost: visit.query["post"] != nil, fault: fault)
        // A mistake leaves the session, so that the next one finds it.
        if fault == nil { _ = visit.tenant.endSessions { $0.index == session.index } }
        return try sender.send(request.message(relayState: relayState))
    }

    private var session: SAMLSession? {
        visit.query["user"].map { visit.tenant.sessions(of: $0).max { $0.authTime < $1.authTime } }
            ?? visit.sessionHandle.flatMap { visit.tenant.session($0) }
    }
}

extension SAMLSession.Participant {
    fileprivate var nameID: NameID {
        NameID(name, format: format, nameQualifier: nameQualifier, spNameQualifier: spNameQualifier)
    }

    fileprivate func isNamed(_ other: NameID) -> Bool { nameID == other }
}
