import Broker
import Foundation
import Testing
import XMLSecurity

@testable import SAML

/// Signatures that must be accepted: a verifier that refuses everything is safe and useless (P1, P3, P6).
struct PositiveTests {
    private typealias Draft = ResponseDraft

    // MARK: Signatures

    @Test(arguments: [Set([ResponseDraft.Part.assertion]), [.response], [.assertion, .response]])
    func `takes the assertion signed, the Response signed, and both`(parts: Set<ResponseDraft.Part>) throws {
        let content = try Draft().with { $0.signs = parts }.content()
        #expect(content.nameID == NameID("alice@acme.example", format: SAMLURI.emailFormat))
        #expect(content.sessionIndex == "_s1")
        #expect(content.assertionID == "_a1")
        #expect(content.authentication.acr == Draft.contextClass)
        #expect(content.authentication.authTime == Parties.now - .seconds(60))
    }

    @Test(arguments: SignatureRequirement.allCases)
    func `takes what the connection wants signed and nothing less`(requirement: SignatureRequirement) throws {
        let policy = ResponsePolicy(requires: requirement, signature: .standard, encryption: .standard)
        for parts in [Set([ResponseDraft.Part.assertion]), [.response], [.assertion, .response]] {
            let isEnough =
                switch requirement {
                case .either: true
                case .response: parts.contains(.response)
                case .assertion: parts.contains(.assertion)
                case .both: parts.count == 2
                }
            let rule = try Draft().with { $0.signs = parts }.rule(policy: policy)
            #expect(rule == (isEnough ? nil : "signature_requirement_not_met"))
        }
    }

    @Test(arguments: [SignatureAlgorithm.rsaSHA256, .rsaSHA384, .rsaSHA512])
    func `takes RSA with 2048, 3072 and 4096 bits`(algorithm: SignatureAlgorithm) throws {
        for bits in [2048, 3072, 4096] {
            let key = try LongKeys.key(bits)
            let draft = Draft().with {
                $0.assertionSigner = { try LongKeys.sign($0, SignatureMaker(key: key, algorithm: algorithm)) }
            }
            #expect(try draft.content(keys: [key.publicKey]).nameID?.value == "alice@acme.example")
        }
    }

    @Test(arguments: [SignatureAlgorithm.ecdsaSHA256, .ecdsaSHA384, .ecdsaSHA512])
    func `takes ECDSA with P-256`(algorithm: SignatureAlgorithm) throws {
        let key = try Parties.ec
        let draft = Draft().with {
            $0.assertionSigner = { try LongKeys.sign($0, SignatureMaker(key: key, algorithm: algorithm)) }
        }
        #expect(try draft.content(keys: [key.publicKey]).nameID?.value == "alice@acme.example")
    }

    @Test func `takes the second of two keys, wherever it stands`() throws {
        let (old, new) = (try Parties.other.publicKey, try Parties.rsa.publicKey)
        for keys in [[old, new], [new, old], [try Parties.ec.publicKey, old, new]] {
            #expect(try Draft().content(keys: keys).nameID?.value == "alice@acme.example")
        }
        #expect(try refusingRule { _ = try Draft().content(keys: [old]) } == "signature_invalid")
    }

    @Test(arguments: ["", "xs", "xs xsi saml", (1...20).map { "p\($0)" }.joined(separator: " ")])
    func `takes InclusiveNamespaces of up to 20 prefixes`(prefixes: String) throws {
        let inclusive = """
            <ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"><ec:InclusiveNamespaces \
            xmlns:ec="http://www.w3.org/2001/10/xml-exc-c14n#" PrefixList="\(prefixes)"/></ds:Transform>
            """
        let draft = Draft().with {
            $0.assertionSigner = {
                try HandSignature(id: "_a1").with { $0.transforms = [HandSignature.enveloped, inclusive] }
                    .sign($0, key: Parties.rsa)
            }
        }
        // `saml` is bound where the signature looks, so that the octets are the same with it and without.
        #expect(try draft.content().nameID?.value == "alice@acme.example")
    }

    @Test func `takes a signature at the end of the Response`() throws {
        let draft = Draft().with {
            $0.signs = [.response]
            $0.responseSigner = { xml in
                let signed = try Draft.sign(xml, id: "_r1")
                let start = try unwrap(signed.range(of: "<ds:Signature")).lowerBound
                let end = try unwrap(signed.range(of: "</ds:Signature>")).upperBound
                let rest = signed[..<start] + signed[end...]
                return String(rest).replacing("</samlp:Response>", with: "\(signed[start..<end])</samlp:Response>")
            }
        }
        #expect(try draft.content().nameID?.value == "alice@acme.example")
    }
}

/// Keys that take long to make.
enum LongKeys {
    private static let made = Result {
        [
            3072: try PrivateKey(pkcs8: PrivateKey.generateRSA(bits: 3072)),
            4096: try PrivateKey(pkcs8: PrivateKey.generateRSA(bits: 4096)),
        ]
    }

    static func key(_ bits: Int) throws -> PrivateKey { try bits == 2048 ? Parties.rsa : unwrap(made.get()[bits]) }

    static func sign(_ xml: String, _ maker: SignatureMaker) throws -> String {
        String(decoding: try maker.sign(Array(xml.utf8), id: "_a1"), as: UTF8.self)
    }
}
