// SPDX-License-Identifier: Apache-2.0

import XMLSecurity

/// Signature wrapping: what was signed stays somewhere, what is read is forged (Somorovsky and others, USENIX 2012).
struct Wrapping {
    let maker: MessageMaker
    let response: ResponseDraft
    let assertion: AssertionDraft

    private var forged: AssertionDraft { assertion.forged() }

    /// The whole message; nil where the fault is none of these.
    func xml() throws -> XMLText? {
        switch maker.fault {
        case .xsw1, .xsw2: return try aroundResponse()
        case .xsw3, .xsw3After, .xsw7, .xsw7Original, .xswStatusDetail, .xswForeignWrapper, .xswForeignAssertion,
            .twoAssertions:
            return try besideAssertion()
        case .xsw4, .xswAdvice, .xswConfirmationData, .xswAttributeValue: return try aroundAssertion()
        case .xsw5, .xsw6, .xsw8, .xswObject, .signatureOutside, .twoSignatures: return try aroundSignature()
        default: return nil
        }
    }

    /// A forged Response that carries the signature of the honest one.
    private func aroundResponse() throws -> XMLText {
        var honest = response
        honest.content = [assertion.xml()]
        var (signature, draft) = try maker.signature(of: honest)
        var evil = response
        evil.id = "_forged-response"
        evil.content = [forged.xml()]
        if maker.fault == .xsw1 {
            draft.tail = [honest.xml()]
            signature = try resigned(draft)
            return evil.xml(signature: signature)
        }
        return evil.xml(signature: XMLText(written: honest.xml().bytes + signature.bytes))
    }

    /// Two assertions in one message, the signed one somewhere.
    private func besideAssertion() throws -> XMLText {
        let signed = try maker.signed(assertion)
        var message = response
        message.content = [forged.xml()]
        switch maker.fault {
        case .xsw3: message.content = [forged.xml(), signed]
        case .xsw3After: message.content = [signed, forged.xml()]
        case .xsw7: (message.extensions, message.content) = ([forged.xml()], [signed])
        case .xsw7Original: message.extensions = [signed]
        case .xswStatusDetail: message.statusDetail = [signed]
        case .xswForeignWrapper:
            message.extensions = [XMLText("e:Holder", [("xmlns:e", "urn:example:x")], [signed])]
        case .xswForeignAssertion:
            let foreign = XMLText("e:Assertion", [("xmlns:e", "urn:example:x"), ("ID", "_foreign")])
            message.content = [foreign, signed]
        default:
            var second = assertion
            second.id = "_second-\(assertion.id.dropFirst())"
            message.content = [signed, try maker.signed(second)]
        }
        return message.xml()
    }

    /// The signed assertion somewhere inside a forged one.
    private func aroundAssertion() throws -> XMLText {
        let signed = try maker.signed(assertion)
        var evil = forged
        switch maker.fault {
        case .xswAdvice: evil.advice = [signed]
        case .xswConfirmationData: evil.confirmations[0].content = [signed]
        case .xswAttributeValue:
            var carrier = AttributeDraft("urn:example:carrier", [])
            carrier.values = [signed.bytes]
            evil.attributes.append(carrier)
        default: evil.tail = [signed]
        }
        var message = response
        message.content = [evil.xml()]
        return message.xml()
    }

    /// The signature where it does not belong, or more in it than belongs there.
    private func aroundSignature() throws -> XMLText {
        var (signature, draft) = try maker.signature(of: assertion)
        let object = maker.profile.vocabulary.ds("Object")
        var message = response
        switch maker.fault {
        case .xsw5: message.content = [forged.xml(signature: signature), assertion.xml()]
        case .xsw6:
            draft.tail = [assertion.xml()]
            message.content = [forged.xml(signature: try resigned(draft))]
        case .xsw8:
            draft.tail = [XMLText(object, [], [assertion.xml()])]
            message.content = [forged.xml(signature: try resigned(draft))]
        case .xswObject:
            draft.tail = [XMLText(object, [], [forged.xml()])]
            message.content = [assertion.xml(signature: try resigned(draft))]
        case .twoSignatures:
            signature = XMLText(written: signature.bytes + signature.bytes)
            message.content = [assertion.xml(signature: signature)]
        default: message.content = [assertion.xml(), signature]
        }
        return message.xml()
    }

    /// The same SignedInfo under the same key: what was added to the signature element is not covered.
    private func resigned(_ draft: SignatureDraft) throws -> XMLText {
        let algorithm = maker.profile.algorithm
        return try draft.xml(key: maker.keys.key(for: algorithm).privateKey, algorithm: algorithm)
    }
}
