import Broker
import Foundation
import Testing
import TrustDocuments
import XMLSecurity

@testable import SAML

@Suite(.enabled(if: UpstreamVectors.folder != nil, "\(UpstreamVectors.absence)"))
struct UpstreamVectorTests {
    typealias Entry = UpstreamVectors.Entry

    private static let messages = UpstreamVectors.entries(.response, .assertionOnly, .notAMessage)

    @Test(arguments: messages)
    func `takes a message of the corpora as its verdict says`(entry: Entry) throws {
        #expect(try entry.isKnownVersion)
        let login = UpstreamLogin(entry)
        let rule = try login.rule(entry.xml)
        #expect(rule == entry.refused_by)
        #expect((rule == nil) == (entry.verdict == .accept))
        guard entry.verdict == .accept else { return }
        let content = try login.content(entry.xml())
        #expect(content.nameID.map { Fingerprint.sha256Hex($0.value.utf8) } == entry.identity?.nameID)
        if let attribute = entry.identity?.email_attribute {
            let address = try unwrap(AttributeReader(content.attributes).single(AttributeName(attribute)))
            #expect(Fingerprint.sha256Hex(Array(address.utf8)) == entry.identity?.email)
        }
    }

    /// Each permission is needed: without any one of them the message is refused, and so it is by default.
    @Test(arguments: messages.filter { $0.verdict == .accept && !$0.exceptions.isEmpty })
    func `takes something weak only under its dated exception`(entry: Entry) throws {
        for exception in entry.exceptions {
            var login = UpstreamLogin(entry)
            login.exceptions.remove(exception)
            let rule = try login.rule(entry.xml)
            let isOfAlgorithm = [
                "signature_algorithm_not_allowed", "digest_algorithm_not_allowed", "encryption_algorithm_not_allowed",
            ].contains(rule)
            #expect(isOfAlgorithm, "\(exception): \(rule ?? "accepted")")
        }
    }

    /// Who may change the ciphertext can learn from our answers, so that this has a permission of its own.
    @Test(arguments: messages.filter { $0.exceptions.contains("aesCBCUnsigned") })
    func `takes AES-CBC outside signed octets only under its own exception`(entry: Entry) throws {
        var login = UpstreamLogin(entry)
        login.exceptions.remove("aesCBCUnsigned")
        login.exceptions.insert("aesCBC")
        #expect(try login.rule(entry.xml) == "weak_encryption_unsigned")
    }

    /// A key of 1024 bits is refused by policy, and what stands behind that rule is known for each.
    @Test(arguments: messages.filter { $0.with_rsa1024 != nil })
    func `refuses a short key, behind which the verdict is known`(entry: Entry) throws {
        var login = UpstreamLogin(entry)
        #expect(try login.rule(entry.xml) != nil)
        login.minimumRSABits = 1024
        let rule = try login.rule(entry.xml)
        #expect((rule == nil) == (entry.with_rsa1024 == .accept))
    }

    @Test(arguments: messages.filter { $0.signature_layer != nil && $0.kind == .response })
    func `structure, signature and encryption alone give their own verdict`(entry: Entry) throws {
        let rule = try UpstreamLogin(entry).signatureRule(entry.xml)
        #expect((rule == nil) == (entry.signature_layer == .accept), "\(rule ?? "accepted")")
    }

    @Test(arguments: messages.filter { $0.variants != nil })
    func `refuses what upstream makes of a genuine message`(entry: Entry) throws {
        let login = UpstreamLogin(entry)
        let text = String(decoding: try entry.xml(), as: UTF8.self)
        for variant in try unwrap(entry.variants) {
            let opening = try unwrap(text.range(of: variant.into + " ") ?? text.range(of: variant.into + ">"))
            let start = try unwrap(text[opening.lowerBound...].firstIndex(of: ">"))
            let place = text.utf8.index(text.utf8.index(after: start), offsetBy: variant.at)
            var changed = text
            changed.insert(contentsOf: variant.insert, at: place)
            #expect(try login.rule { Array(changed.utf8) } == "xml_comment_or_instruction")
        }
    }

    /// The vendors whose genuine messages the corpora hold; each has a message that is taken.
    @Test(arguments: [
        "okta_response.xml", "adfs_response.b64", "auth0_response.xml", "onelogin_response.xml",
        "pfed11_response_01.b64", "TestSPCanHandlePlaintextResponse_response",
    ])
    func `takes genuine messages of the vendors`(file: String) throws {
        let entry = try unwrap(Self.messages.first { $0.file.hasSuffix("/\(file)") })
        #expect(try UpstreamLogin(entry).rule(entry.xml) == nil)
    }

    /// Oracle's key has 1024 bits; nothing else is in the way.
    @Test func `refuses Oracle's message for its key alone`() throws {
        let entry = try unwrap(Self.messages.first { $0.file.hasSuffix("/oam_response.xml") })
        var login = UpstreamLogin(entry)
        #expect(try login.rule(entry.xml) == "key_too_short")
        login.minimumRSABits = 1024
        #expect(try login.rule(entry.xml) == nil)
    }
}
