// SPDX-License-Identifier: Apache-2.0

import Foundation
import XMLSecurity

/// Makes the message of a login out of honest drafts: spoilt where the login's fault says so, signed, encrypted.
struct MessageMaker: Sendable {
    let profile: SAMLProfile
    let keys: SAMLKeys
    let provider: ServiceProvider
    let context: SAMLFaultContext?
    let lure: String

    var fault: SAMLFault? { context?.fault }

    /// The Response as it is posted, before base64.
    func octets(_ honestResponse: ResponseDraft, _ honestAssertion: AssertionDraft) throws -> [UInt8] {
        var (response, assertion) = (honestResponse, honestAssertion)
        if let context {
            FaultyAssertion(context: context).spoil(&assertion)
            FaultyResponse(context: context).spoil(&response)
        }
        if let wrapped = try Wrapping(maker: self, response: response, assertion: assertion).xml() {
            return wrapped.bytes
        }
        if !FaultyResponse.isEmpty(fault) { response.content = try content(assertion) }
        return FaultyMessage(fault: fault, lure: lure).octets(try signed(response).bytes)
    }

    // MARK: Signing

    private var parts: SAMLProfile.SignedPart { fault?.signs ?? profile.signs }
    private var signsAssertion: Bool { parts != .response && fault?.leavesUnsigned != true }
    private var signsResponse: Bool { parts != .assertion && fault?.leavesUnsigned != true }

    /// The assertion, signed where the profile says so.
    func signed(_ assertion: AssertionDraft) throws -> XMLText {
        var written = assertion
        if let fault { TamperedAssertion(fault: fault).spoil(&written) }
        guard signsAssertion else { return written.xml() }
        return written.xml(signature: try signature(of: assertion).xml)
    }

    /// A signature over an assertion, and what it was drafted from.
    func signature(of assertion: AssertionDraft) throws -> (xml: XMLText, draft: SignatureDraft) {
        try signature(
            over: assertion.xml(), id: assertion.id,
            isBroken: fault == .assertionSignatureBroken)
    }

    /// A signature over a Response.
    func signature(of response: ResponseDraft) throws -> (xml: XMLText, draft: SignatureDraft) {
        try signature(
            over: response.xml(), id: response.id, isBroken: fault == .responseSignatureBroken)
    }

    /// The Response with its content, signed where the profile says so.
    private func signed(_ response: ResponseDraft) throws -> XMLText {
        guard signsResponse else { return response.xml() }
        let signature = try signature(of: response).xml
        var written = response
        if fault == .responseTampered { written.statusDetail = [XMLText("e:x", [("xmlns:e", "urn:example:x")])] }
        return written.xml(signature: signature)
    }

    private func signature(
        over element: XMLText, id: String, isBroken: Bool
    ) throws -> (xml: XMLText, draft: SignatureDraft) {
        let key = keys.key(for: profile.algorithm)
        let draft = try SignatureDraft(
            over: element, id: id, vocabulary: profile.vocabulary, algorithm: profile.algorithm,
            inclusivePrefixes: profile.keepsTypePrefix ? ["xs"] : [],
            certificate: profile.sendsCertificate ? key.certificate : nil)
        if isBroken {
            var value = try key.privateKey.sign(try draft.signedOctets(), with: profile.algorithm)
            value[value.count / 2] ^= 1
            return (draft.xml(value: value), draft)
        }
        guard let fault else { return (try draft.xml(key: key.privateKey, algorithm: profile.algorithm), draft) }
        let faulty = FaultyXMLSignature(
            fault: fault, keys: keys, algorithm: profile.algorithm, lure: lure, element: element)
        return (try faulty.xml(draft, id: id), draft)
    }

    // MARK: Encrypting

    private func content(_ assertion: AssertionDraft) throws -> [XMLText] {
        guard let encryption = fault?.encryption ?? profile.encryption, let key = provider.encryptionKey else {
            return [try signed(assertion)]
        }
        let plain = try plaintext(assertion)
        let recipient = fault == .encryptedForOther ? try strangersKey() : key
        var encryptor = Encryptor(to: recipient)
        (encryptor.cipher, encryptor.transport) = (encryption.cipher, encryption.transport)
        (encryptor.digest, encryptor.maskDigest) = (encryption.digest, encryption.maskDigest)
        encryptor.putsKeyBeside = encryption.putsKeyBeside
        let vocabulary = profile.vocabulary
        var holder = XMLText(
            vocabulary.saml("EncryptedAssertion"), [vocabulary.declaresAssertion], try encryptor.encrypt(plain))
        if fault == .encryptedTagBroken { holder = try Self.broken(holder) }
        return fault == .encryptedBesidePlain ? [holder, assertion.forged().xml()] : [holder]
    }

    private func plaintext(_ assertion: AssertionDraft) throws -> [UInt8] {
        switch fault {
        case .encryptedGarbage: return Array("no XML at all".utf8)
        case .encryptedTwice: return try signed(assertion).bytes + signed(assertion.forged()).bytes
        case .encryptedForged:
            var forged = assertion.forged()
            forged.tail = [try signed(assertion)]
            return forged.xml().bytes
        case .encryptedResponse:
            let inner = ResponseDraft(
                vocabulary: profile.vocabulary, id: "_inner", issueInstant: assertion.issueInstant,
                content: [try signed(assertion)])
            return inner.xml().bytes
        default: return try signed(assertion).bytes
        }
    }

    private func strangersKey() throws -> PublicKey {
        try SAMLStranger.key(.rsa, named: "Somebody else").privateKey.publicKey
    }

    /// Flips one bit of the last ciphertext.
    private static func broken(_ holder: XMLText) throws -> XMLText {
        let text = holder.string
        guard let open = text.range(of: "<xenc:CipherValue>", options: .backwards),
            let close = text.range(of: "</xenc:CipherValue>", options: .backwards)
        else { return holder }
        var octets = try Base64.decode(Array(text[open.upperBound..<close.lowerBound].utf8))
        octets[octets.count - 1] ^= 1
        return XMLText(
            written: Array((text[..<open.upperBound] + Base64.encode(octets) + text[close.lowerBound...]).utf8))
    }
}
