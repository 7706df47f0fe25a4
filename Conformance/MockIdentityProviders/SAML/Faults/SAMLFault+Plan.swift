// SPDX-License-Identifier: Apache-2.0

import XMLSecurity

extension SAMLFault {
    /// Whom forged assertions name, for a search in logs and audit.
    package static let attacker = "u-administrator-0f3d"

    /// What must be signed for the mistake to be one; nil leaves it to the profile.
    var signs: SAMLProfile.SignedPart? {
        switch self {
        case .xsw1, .xsw2, .destinationMissing: .response
        case .responseTampered, .assertionSignatureBroken, .responseSignatureBroken: .both
        case .twoAssertions, .duplicateID, .encryptedBesidePlain, .encryptedForged, .contentTampered: .assertion
        default: nil
        }
    }

    /// How the assertion must be encrypted for the mistake to be one; nil leaves it to the profile.
    var encryption: SAMLProfile.Encryption? {
        switch self {
        case .encryptedUnsigned, .encryptedTagBroken, .encryptedForOther, .encryptedResponse, .encryptedGarbage,
            .encryptedTwice, .encryptedBesidePlain, .encryptedForged:
            .init(.aes256GCM)
        case .encryptedCBC: .init(.aes256CBC)
        case .encryptedRSA15: .init(.aes256GCM, .rsa15)
        default: nil
        }
    }

    /// Whether nothing is signed.
    var leavesUnsigned: Bool { self == .unsigned || self == .encryptedUnsigned }
}

extension AssertionDraft {
    /// The same assertion for somebody else, as an attacker writes it.
    func forged(id: String? = nil) -> AssertionDraft {
        var forged = self
        forged.id = id ?? "_forged-\(self.id.dropFirst())"
        for at in forged.names.indices { forged.names[at].content = MarkUp.escaped(SAMLFault.attacker) }
        for at in forged.attributes.indices where forged.attributes[at].values.count == 1 {
            forged.attributes[at].values = [MarkUp.escaped("\(SAMLFault.attacker)@acme.example")]
        }
        return forged
    }
}
