// SPDX-License-Identifier: Apache-2.0

import JOSE
import XMLSecurity

/// The honest drafts of one login.
struct LoginMessage: Sendable {
    let tenant: SAMLTenant
    let profile: SAMLProfile
    let entityID: String
    let request: SAMLLoginRequest
    let session: SAMLSession
    let clock: SAMLClock
    /// A fresh identifier.
    let makeID: @Sendable () -> String

    private static let prefix = "urn:oasis:names:tc:SAML:2.0:nameid-format:"
    private static let oldPrefix = "urn:oasis:names:tc:SAML:1.1:nameid-format:"

    var response: ResponseDraft {
        ResponseDraft(
            vocabulary: profile.vocabulary, id: makeID(), issueInstant: clock.text(), destination: request.acsURL,
            inResponseTo: request.requestID, issuer: entityID, declaresSchema: profile.keepsTypePrefix)
    }

    /// Valid from five minutes ago to five minutes ahead.
    func assertion(_ participant: SAMLSession.Participant) -> AssertionDraft {
        AssertionDraft(
            vocabulary: profile.vocabulary, id: makeID(), issueInstant: clock.text(),
            issuer: MarkUp.escaped(entityID), names: [name(participant)], confirmations: [confirmation],
            conditions: ConditionsDraft(
                notBefore: clock.text(-300), notOnOrAfter: clock.text(300), restrictions: [audiences]),
            authentications: [authentication], attributes: attributes, typesValues: profile.typesValues)
    }

    /// What the person is called toward this SP.
    var participant: SAMLSession.Participant {
        var participant = SAMLSession.Participant(entityID: request.provider.entityID, name: "")
        switch profile.nameID {
        case .email:
            participant.name = session.user.email ?? session.user.userName
            participant.format = Self.oldPrefix + "emailAddress"
        case .persistent:
            participant.name = String(Digests.sha256Hex("\(request.provider.entityID) \(session.user.id)").prefix(40))
            participant.format = Self.prefix + "persistent"
        case .transient:
            participant.name = makeID()
            participant.format = Self.prefix + "transient"
        case .userName:
            participant.name = session.user.userName
            participant.format = Self.oldPrefix + "unspecified"
        }
        if profile.qualifiesNameID {
            (participant.nameQualifier, participant.spNameQualifier) = (entityID, request.provider.entityID)
        }
        return participant
    }

    private func name(_ participant: SAMLSession.Participant) -> NameIDDraft {
        NameIDDraft(
            participant.name, format: participant.format, nameQualifier: participant.nameQualifier,
            spNameQualifier: participant.spNameQualifier)
    }

    private var confirmation: ConfirmationDraft {
        ConfirmationDraft(
            inResponseTo: request.requestID, notOnOrAfter: clock.text(300), recipient: request.acsURL,
            address: profile.writesAddress ? "192.0.2.1" : nil)
    }

    private var audiences: [String] { [request.provider.entityID] + (profile.secondAudience.map { [$0] } ?? []) }

    private var authentication: AuthenticationDraft {
        let ago = SAMLClock(now: session.authTime, writesFractions: clock.writesFractions)
        return AuthenticationDraft(
            instant: ago.text(), sessionIndex: session.index, sessionNotOnOrAfter: clock.text(8 * 3600),
            contextClass: request.contextClasses.first ?? profile.contextClass)
    }

    private var attributes: [AttributeDraft] {
        let user = session.user
        let person = [(profile.email, user.email.map { [$0] }), (profile.personName, [user.name])]
        let groups = user.groups.isEmpty ? [] : [(profile.groups, user.groups as [String]?)]
        let further = profile.further.map { ($0.0, [$0.1] as [String]?) }
        return (person + groups + further).compactMap { name, values in
            values.map { AttributeDraft(name.name, format: name.format, friendlyName: name.friendlyName, $0) }
        }
    }
}
