import Broker
import Foundation
import Testing
import XMLSecurity

@testable import SAML

/// What we send by redirect.
struct RedirectBindingTests {
    private static let xml = "<a ID=\"_m1\">\u{E4} &amp; +/=</a>"

    @Test(arguments: [MessageKind.request, .response])
    func `what is sent arrives`(kind: MessageKind) throws {
        let message = try Parties.message(Self.xml, kind, relayState: "a b&c=d/\u{E4}+%")
        for key in [try Parties.rsa, try Parties.ec] {
            let query = try Parties.query(message, signedBy: MessageSigner(key: key))
            let verified = try RedirectMessage(rawQuery: Array(query.utf8))
                .verified(keys: [key.publicKey], policy: .standard)
            #expect(verified.kind == kind)
            #expect(verified.root.text == "\u{E4} & +/=")
            #expect(verified.relayState?.value == "a b&c=d/\u{E4}+%")
        }
    }

    @Test func `signs the octets that stand in the address, in the order of the binding`() throws {
        let query = try Parties.query(Parties.message(Self.xml, relayState: "s t"), signedBy: Parties.signer)
        let parts = query.components(separatedBy: "&")
        #expect(parts.map { $0.prefix { $0 != "=" } } == ["SAMLRequest", "RelayState", "SigAlg", "Signature"])
        #expect(parts[1] == "RelayState=s%20t")
        #expect(parts[2] == "SigAlg=http%3A%2F%2Fwww.w3.org%2F2001%2F04%2Fxmldsig-more%23rsa-sha256")
        let signature = try unwrap(String(parts[3].dropFirst("Signature=".count)).removingPercentEncoding)
        try OctetSignature.verify(
            Base64.decode(signature.utf8), over: Array(parts[..<3].joined(separator: "&").utf8),
            algorithm: SignatureAlgorithm.rsaSHA256.rawValue, keys: Parties.keys, policy: .standard)
    }

    @Test func `takes the algorithm of the key's type`() throws {
        let query = try Parties.query(Parties.message(Self.xml), signedBy: MessageSigner(key: Parties.ec))
        #expect(query.contains("SigAlg=http%3A%2F%2Fwww.w3.org%2F2001%2F04%2Fxmldsig-more%23ecdsa-sha256&"))
    }

    @Test func `sends neither signature nor RelayState where there is none`() throws {
        let query = try Parties.query(Parties.message(Self.xml))
        #expect(query.hasPrefix("SAMLRequest="))
        #expect(!query.contains("&"))
    }

    @Test(arguments: [
        ("https://idp.example/sso", "?"), ("https://idp.example/sso?a=1", "&"), ("https://idp.example/sso?", ""),
        ("https://idp.example/sso?a=%2f&", ""),
    ])
    func `goes behind a query that the endpoint has already`(location: String, separator: String) throws {
        let delivery = try Parties.message(Self.xml).delivery(by: .redirect, to: location, signedBy: nil)
        guard case .redirect(let url) = delivery else { throw Absent() }
        #expect(url.absoluteString.hasPrefix("\(location)\(separator)SAMLRequest="))
    }

    @Test(arguments: ["https://idp.example/sso#x", "/sso", "https://idp.example/a b", "", "mailto:a@b"])
    func `refuses an endpoint that is no plain address`(location: String) throws {
        for binding in IdentityProviderDescription.Binding.allCases {
            let rule = try refusal {
                _ = try Parties.message(Self.xml).delivery(by: binding, to: location, signedBy: nil)
            }
            #expect(rule == "endpoint_malformed")
        }
    }

    @Test func `makes no RelayState longer than 80 octets, and gives longer ones back`() throws {
        #expect(try RelayState(String(repeating: "s", count: 80)).value.utf8.count == 80)
        #expect(try refusal { _ = try RelayState(String(repeating: "s", count: 81)) } == "relay_state_too_long")
        #expect(try RelayState(received: String(repeating: "s", count: 1024)).value.utf8.count == 1024)
        #expect(
            try refusal { _ = try RelayState(received: String(repeating: "s", count: 1025)) } == "relay_state_too_long")
    }

    @Test func `does not show a RelayState`() throws {
        #expect("\(try RelayState("secret"))" == "RelayState")
    }
}
