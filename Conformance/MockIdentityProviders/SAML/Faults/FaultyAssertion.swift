// SPDX-License-Identifier: Apache-2.0

import XMLSecurity

/// Mistakes in what an assertion says, made before it is signed.
struct FaultyAssertion {
    private static let hour: Int64 = 3600

    let context: SAMLFaultContext

    func spoil(_ assertion: inout AssertionDraft) {
        spoilNames(&assertion)
        spoilIssuer(&assertion)
        spoilConditions(&assertion)
        spoilTimes(&assertion)
        spoilConfirmation(&assertion)
        spoilStatements(&assertion)
        spoilEmail(&assertion)
    }

    private func spoilNames(_ assertion: inout AssertionDraft) {
        guard let name = assertion.names.first else { return }
        switch context.fault {
        case .nameIDChild:
            assertion.names[0].content = Array("<e:x xmlns:e=\"urn:example:x\"/>".utf8) + name.content
        case .nameIDEmpty: assertion.names[0].content = []
        case .nameIDMissing: assertion.names = []
        case .nameIDTwice: assertion.names.append(assertion.forged().names[0])
        // What remains behind the comment, once it is there.
        case .nameIDComment: assertion.names[0].content = Array("\(SAMLFault.attacker).evil".utf8)
        default: break
        }
    }

    private func spoilIssuer(_ assertion: inout AssertionDraft) {
        switch context.fault {
        case .issuerWrong, .issuersDiffer: assertion.issuer = Array("https://idp.invalid/saml".utf8)
        case .issuerOtherTenant: assertion.issuer = MarkUp.escaped(context.otherIssuer)
        case .issuerMissing: assertion.issuer = nil
        case .aliasedID: assertion.pollution = [(assertion.vocabulary.saml("ID"), "_alias")]
        case .lowerCaseID: assertion.pollution = [("id", "_lower")]
        case .duplicateID: assertion.id = "_one-for-both"
        default: break
        }
    }

    private func spoilConditions(_ assertion: inout AssertionDraft) {
        let saml = assertion.vocabulary.saml
        switch context.fault {
        case .audienceWrong: assertion.conditions?.restrictions = [["https://another-sp.example/metadata"]]
        case .audienceMissing: assertion.conditions?.restrictions = []
        case .audienceSecond: assertion.conditions?.restrictions.append(["https://another-sp.example/metadata"])
        case .conditionsMissing: assertion.conditions = nil
        case .conditionUnknown:
            assertion.conditions?.further = [
                XMLText(
                    saml("Condition"),
                    [
                        ("xmlns:xsi", SAMLVocabulary.instanceNamespace), ("xmlns:e", "urn:example:condition"),
                        ("xsi:type", "e:OnlyOnMondays"),
                    ])
            ]
        case .proxyRestrictionZero:
            assertion.conditions?.further = [XMLText(saml("ProxyRestriction"), [("Count", "0")])]
        default: break
        }
    }

    private func spoilTimes(_ assertion: inout AssertionDraft) {
        let (past, future) = (context.clock.text(-Self.hour), context.clock.text(Self.hour))
        switch context.fault {
        case .expired:
            assertion.conditions?.notBefore = context.clock.text(-2 * Self.hour)
            assertion.conditions?.notOnOrAfter = past
        case .notYetValid:
            assertion.conditions?.notBefore = future
            assertion.conditions?.notOnOrAfter = context.clock.text(2 * Self.hour)
        case .issuedInFuture: assertion.issueInstant = future
        case .timeGarbage: assertion.conditions?.notOnOrAfter = "tomorrow"
        case .timeZone: assertion.conditions?.notOnOrAfter = "\(future.dropLast())+02:00"
        case .sessionEnded: assertion.authentications[0].sessionNotOnOrAfter = past
        default: break
        }
    }

    private func spoilConfirmation(_ assertion: inout AssertionDraft) {
        guard var confirmation = assertion.confirmations.first else { return }
        switch context.fault {
        case .recipientWrong: confirmation.recipient = "https://another-sp.example/acs"
        case .recipientMissing: confirmation.recipient = nil
        case .inResponseToWrong: confirmation.inResponseTo = "_nobody-sent-this"
        case .inResponseToMissing, .inResponseToConfirmation: confirmation.inResponseTo = nil
        case .inResponseToContradicts: confirmation.inResponseTo = "_another-request"
        case .otherRequest: confirmation.inResponseTo = context.otherRequest
        case .confirmationExpired: confirmation.notOnOrAfter = context.clock.text(-Self.hour)
        case .confirmationUnbounded: confirmation.notOnOrAfter = nil
        case .confirmationNotBefore: confirmation.notBefore = context.clock.text(-Self.hour)
        case .senderVouches: confirmation.method = "urn:oasis:names:tc:SAML:2.0:cm:sender-vouches"
        default: break
        }
        assertion.confirmations = [confirmation]
        if context.fault == .bearerMissing { assertion.confirmations = [] }
        guard context.fault == .bearerTwice else { return }
        assertion.confirmations[0].recipient = "https://another-sp.example/acs"
        confirmation.notOnOrAfter = context.clock.text(-Self.hour)
        assertion.confirmations.append(confirmation)
    }

    private func spoilStatements(_ assertion: inout AssertionDraft) {
        switch context.fault {
        case .authnStatementMissing: assertion.authentications = []
        case .versionWrong: assertion.version = "1.1"
        default: break
        }
    }

    private func spoilEmail(_ assertion: inout AssertionDraft) {
        guard let at = assertion.attributes.firstIndex(where: { $0.name == context.emailName }) else { return }
        let second = MarkUp.escaped("second@acme.example")
        switch context.fault {
        case .emailOtherDomain: assertion.attributes[at].values = [Array("ceo@other-domain.example".utf8)]
        case .emailTwoValues: assertion.attributes[at].values.append(second)
        case .emailTwice:
            var repeated = assertion.attributes[at]
            repeated.values = [second]
            assertion.attributes.append(repeated)
        case .emailChild:
            assertion.attributes[at].values = [
                Array("<e:x xmlns:e=\"urn:example:x\">".utf8) + assertion.attributes[at].values[0]
                    + Array("</e:x>".utf8)
            ]
        case .emailFriendlyName:
            assertion.attributes[at].friendlyName = context.emailName
            assertion.attributes[at].name = "urn:example:something-else"
        case .emailMissing: assertion.attributes.remove(at: at)
        case .emailHeader:
            assertion.attributes[at].values = [MarkUp.escaped("alice@acme.example\r\nBcc: mallory@evil.example")]
        case .emailTwoAt: assertion.attributes[at].values = [Array("alice@evil.example@acme.example".utf8)]
        case .emailHomoglyph: assertion.attributes[at].values = [MarkUp.escaped("alice@\u{430}cme.example")]
        default: break
        }
    }
}

/// Mistakes that a signature does not notice, or should: made after the assertion was signed.
struct TamperedAssertion {
    let fault: SAMLFault

    func spoil(_ assertion: inout AssertionDraft) {
        switch fault {
        case .contentTampered, .digestOfNothing: assertion = assertion.forged(id: assertion.id)
        case .nameIDComment: assertion.names[0].content = Array("\(SAMLFault.attacker)<!-- -->.evil".utf8)
        case .issuerComment: assertion.issuer = Array("<!-- -->".utf8) + (assertion.issuer ?? [])
        case .dtdEntity, .dtdExternal, .dtdExpansion: assertion.names[0].content = Array("&who;".utf8)
        case .relativeNamespace: assertion.pollution.append(("xmlns:r", "relative/name"))
        default: break
        }
    }
}
