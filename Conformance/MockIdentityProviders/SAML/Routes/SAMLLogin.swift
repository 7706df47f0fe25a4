// SPDX-License-Identifier: Apache-2.0

import Foundation
import Hummingbird
import JOSE
import XMLSecurity

/// Somebody has signed in: make the message and send the browser back with it.
struct SAMLLogin {
    let visit: SAMLVisit
    let request: SAMLLoginRequest

    /// A typed user name.
    ///
    /// `carol!xsw-1` is Carol in a login with that fault.
    static func read(_ typed: String, at tenant: SAMLTenantState) -> (user: SAMLUser, fault: SAMLFault?)? {
        let halves = typed.split(separator: "!", maxSplits: 1).map(String.init)
        guard let name = halves.first, let user = tenant.user(name) else { return nil }
        guard halves.count == 2 else { return (user, nil) }
        return SAMLFault(rawValue: halves[1]).map { (user, $0) }
    }

    func newSession(_ user: SAMLUser) -> SAMLSession {
        SAMLSession(index: visit.host.identifier(), user: user, authTime: visit.now)
    }

    /// Asks who is there.
    func ask() -> Response {
        let handle = Base64URL.encode(visit.host.configuration.random(16))
        visit.tenant.wait(request, handle: handle)
        return Answer.html(SAMLSignInPage(visit: visit, request: request, handle: handle).html())
    }

    /// A sign-in that this browser remembers.
    func signIn(_ user: SAMLUser, fault: SAMLFault?) throws -> Response {
        let handle = Base64URL.encode(visit.host.configuration.random(32))
        visit.host.secrets.record(.session, handle)
        let session = newSession(user)
        visit.tenant.remember(session, handle: handle)
        var answer = try complete(session, fault: fault)
        answer.headers[.setCookie] = visit.cookie(handle)
        return answer
    }

    func complete(_ session: SAMLSession, fault chosen: SAMLFault?) throws -> Response {
        let fault = visit.tenant.takeFault(user: session.user, chosen: chosen)
        let drafts = drafts(session)
        let participant = drafts.participant
        visit.tenant.join(participant, index: session.index)
        let message = try maker(fault, drafts).octets(drafts.response, drafts.assertion(participant))
        return send(message, fault)
    }

    /// The IdP says no.
    func fail(_ reason: String) throws -> Response {
        let nobody = SAMLUser(userName: "", id: "", email: nil, name: "")
        var response = drafts(newSession(nobody)).response
        let prefix = "urn:oasis:names:tc:SAML:2.0:status:"
        response.statusCodes = [prefix + "Responder", prefix + reason]
        return send(response.xml().bytes, nil)
    }

    private func drafts(_ session: SAMLSession) -> LoginMessage {
        let profile = visit.tenant.profile
        return LoginMessage(
            tenant: visit.tenant.definition, profile: profile, entityID: visit.entityID, request: request,
            session: session, clock: SAMLClock(now: visit.now, writesFractions: profile.writesFractions),
            makeID: { [host = visit.host] in host.identifier() })
    }

    private func maker(_ fault: SAMLFault?, _ drafts: LoginMessage) -> MessageMaker {
        let before = request.requestID.flatMap { visit.tenant.keepRequest($0) }
        let lure = "\(visit.base)/lure"
        let context = fault.map {
            SAMLFaultContext(
                fault: $0, clock: drafts.clock, otherIssuer: visit.otherEntityID, otherRequest: before, lure: lure,
                emailName: drafts.profile.email.name)
        }
        return MessageMaker(
            profile: drafts.profile, keys: visit.tenant.keys, provider: request.provider, context: context, lure: lure)
    }

    private func send(_ made: [UInt8], _ fault: SAMLFault?) -> Response {
        let before = visit.tenant.keepMessage(made)
        let message = fault == .replayed ? before ?? made : made
        record(message)
        let fields = FaultyMessage(fault: fault, lure: "\(visit.base)/lure")
            .fields(message, relayState: request.relayState)
        guard fault != .sentByRedirect else {
            let separator = request.acsURL.contains("?") ? "&" : "?"
            return Answer.seeOther(request.acsURL + separator + fields.map(\.encoded).joined(separator: "&"))
        }
        return Answer.html(
            FormPostPage(brand: visit.brand, action: request.acsURL, parameters: fields).html())
    }

    private func record(_ message: [UInt8]) {
        visit.host.secrets.record(.samlMessage, Base64.encode(message))
        let text = String(decoding: message, as: UTF8.self)
        for match in text.matches(of: /SignatureValue>([^<]+)</) {
            visit.host.secrets.record(.xmlSignature, String(match.1))
        }
    }
}
