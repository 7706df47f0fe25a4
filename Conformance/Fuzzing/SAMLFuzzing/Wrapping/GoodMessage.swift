import SAML
import XMLSecurity

/// A good message to begin from.
package struct GoodMessage: Sendable {
    /// What it is.
    package let name: String
    /// Its Response.
    package let root: MarkupElement
    /// Whether its assertion is encrypted to us after the edits, as whoever has our metadata can.
    package let isSealed: Bool

    /// The octets to send; ciphertext is new every time.
    func octets(_ root: MarkupElement, with encryptor: Encryptor) throws -> [UInt8] {
        guard isSealed else { return root.octets }
        return try Self.sealed(root, with: encryptor).octets
    }

    /// The Response with its first assertion encrypted.
    static func sealed(_ root: MarkupElement, with encryptor: Encryptor) throws -> MarkupElement {
        guard let path = root.paths(named: "Assertion").first(where: { !$0.isEmpty }),
            let assertion = root.standalone(path)
        else { return root }
        let parts = try encryptor.encrypt(assertion.octets)
        var sealed = root
        sealed[path] = MarkupElement(
            "saml:EncryptedAssertion", [("xmlns:saml", "urn:oasis:names:tc:SAML:2.0:assertion")],
            parts.map { .raw($0.string) })
        return sealed
    }
}

extension OwnDev {
    /// Every good Response in every way that an IdP sends it: plain, encrypted, and signed around ciphertext.
    package func goodMessages(_ connection: Acme) throws -> [GoodMessage] {
        var messages: [GoodMessage] = []
        for item in cases where item.isGood && item.kind == "response" && item.acs == "acme" {
            let root = try MarkupParser.parse(octets(item.file))
            messages.append(GoodMessage(name: item.file, root: root, isSealed: false))
            let isSigned = root.children.contains { $0.element?.localName == "Signature" }
            if !isSigned, !root.paths(named: "Assertion").isEmpty {
                messages.append(GoodMessage(name: "\(item.file), encrypted", root: root, isSealed: true))
            }
        }
        return try messages + signedCiphertexts(connection)
    }

    /// Ciphertext in a signed Response; the assertion inside signed or not.
    private func signedCiphertexts(_ connection: Acme) throws -> [GoodMessage] {
        let maker = SignatureMaker(key: try signingKey)
        var root = try MarkupParser.parse(octets("ok-assertion-signed.xml"))
        var messages: [GoodMessage] = []
        for (name, putsKeyBeside) in [("signed assertion", false), ("assertion", true)] {
            var encryptor = try connection.encryptor
            encryptor.putsKeyBeside = putsKeyBeside
            let sealed = try GoodMessage.sealed(root, with: encryptor)
            let signed = try maker.sign(sealed.octets, id: root["ID"] ?? "")
            messages.append(
                GoodMessage(
                    name: "signed Response, encrypted \(name)", root: try MarkupParser.parse(signed), isSealed: false))
            if let signature = root.paths(named: "Signature").first { root[signature] = nil }
        }
        return messages
    }
}
