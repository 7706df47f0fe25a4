// SPDX-License-Identifier: Apache-2.0

import Broker
import SAML
import XMLSecurity

extension SAMLSignIn {
    /// Asks the IdP to end its session (SAML Profiles 4.4.3.1): always signed.
    func beginLogout(
        of customer: SignedInCustomer, _ pending: PendingPortalLogout, at addresses: PortalAddresses
    ) async throws(LoginError) -> LogoutStep {
        let idp = try await identityProvider.description()
        guard case .saml(let nameID, let sessionIndex) = customer.upstream, let endpoint = idp.singleLogout.first
        else { return .notConfigured }
        let now = context.time.now
        let message = LogoutRequestMessage(
            id: pending.requestID, issueInstant: now, destination: endpoint.location, issuer: entityID(addresses),
            notOnOrAfter: now + .seconds(300), reason: LogoutRequestMessage.Reason.user, nameID: nameID,
            sessionIndexes: sessionIndex.map { [$0] } ?? [])
        return try refused { () throws(SAMLError) in
            try message.message(relayState: RelayState(pending.state))
                .delivery(by: endpoint.binding, to: endpoint.location, signedBy: signer)
        }.logoutStep
    }

    /// A LogoutRequest of the IdP, or its answer to one of ours; both are signed.
    func receiveLogout(
        _ callback: LoginCallback, at addresses: PortalAddresses,
        pending: (_ state: String) -> PendingPortalLogout?
    ) async throws(LoginError) -> LogoutMessage {
        let idp = try await identityProvider.description()
        let reader = LogoutReader(keys: idp.signingKeys.map(\.key), policy: .standard)
        var expected = LogoutExpectations(
            issuer: idp.entityID, endpoint: addresses.logoutMessages, now: context.time.now)
        // The handle is taken before the message is read: an answer gets one chance.
        expected.requestID = callback.parameters["RelayState"].flatMap(pending)?.requestID
        return try refused { () throws(SAMLError) in
            let inbound = try InboundMessage(callback)
            guard inbound.kind == .request else {
                _ = try reader.response(inbound, expecting: expected)
                return LogoutMessage(answer: .signedOut)
            }
            let received = try reader.request(inbound, expecting: expected)
            return LogoutMessage(
                ends: { Self.isNamed($0, by: received.message) }, oneTime: received.oneTime.identifier,
                answer: .deliver(try answer(to: received, idp, addresses)))
        }
    }

    private static func isNamed(_ customer: SignedInCustomer, by message: LogoutRequestMessage) -> Bool {
        guard case .saml(let nameID, let sessionIndex) = customer.upstream,
            nameID.value == message.nameID.value
        else { return false }
        return message.sessionIndexes.isEmpty || sessionIndex.map(message.sessionIndexes.contains) ?? false
    }

    /// SAML Profiles 4.4.3.4; an IdP without a place for answers gets none.
    private func answer(
        to received: LogoutReader.ReceivedRequest, _ idp: IdentityProviderDescription, _ addresses: PortalAddresses
    ) throws(SAMLError) -> LogoutStep {
        guard let endpoint = idp.singleLogout.first else { return .done }
        let location = endpoint.responseLocation ?? endpoint.location
        let message = LogoutResponseMessage(
            id: "_" + context.randomness.token(), issueInstant: context.time.now, destination: location,
            issuer: entityID(addresses), inResponseTo: received.message.id, status: .success)
        return try message.message(relayState: received.relayState)
            .delivery(by: endpoint.binding, to: location, signedBy: signer).logoutStep
    }
}
