import Broker
import Foundation
import HTTPTypes
import OpenIDConnect
import Testing

@Suite struct DiscoveryTests {
    private func process(_ text: String, issuer: String = World.issuer) -> LoginError? {
        refusal { () throws(LoginError) in try Discovery.process(.json(text), issuer: issuer) }
    }

    private func changed(_ part: String, to other: String) -> String {
        World.document.replacingOccurrences(of: part, with: other)
    }

    @Test func `reads the document of the configured issuer`() throws {
        let metadata = try Discovery.process(.json(World.document), issuer: World.issuer)
        #expect(metadata.tokenEndpoint.absoluteString == "https://op.example/t1/token")
        #expect(metadata.sendsIssuerInResponse)
        #expect(metadata.codeChallengeMethods == ["S256"])
        #expect(metadata.tokenEndpointAuthMethods == nil)
    }

    @Test func `asks below the issuer's path, whose final slash is dropped`() {
        #expect(
            Discovery.documentURL(issuer: "https://op.example/t1/")?.absoluteString
                == "https://op.example/t1/.well-known/openid-configuration")
        #expect(Discovery.documentURL(issuer: "http://op.example") == nil)
        #expect(Discovery.documentURL(issuer: "http://idp.localhost:8080") != nil)
    }

    @Test(arguments: ["https://op.example/t2", "https://op.example/t1/", "https://OP.example/t1", "https://op.example"])
    func `refuses the document of another issuer`(_ issuer: String) {
        #expect(process(World.document, issuer: issuer)?.code == .issuerMismatch)
    }

    @Test(arguments: [
        "http://op.example/t1/token", "https://user:pass@op.example/t1/token", "/t1/token", "file:///etc/passwd",
        "https://op.example/t1/token#x", "javascript:alert(1)", "https:///token", "https://op.example/a b",
    ])
    func `refuses an endpoint that is no https URL`(_ endpoint: String) {
        #expect(process(changed("https://op.example/t1/token", to: endpoint))?.code == .upstreamInvalid)
    }

    @Test func `takes plain http where nothing leaves the machine`() {
        #expect(process(changed("https://op.example/t1/token", to: "http://127.0.0.1:9/token")) == nil)
    }

    @Test(arguments: ["authorization_endpoint", "token_endpoint", "jwks_uri"])
    func `refuses a document without an endpoint that a login needs`(_ name: String) {
        #expect(process(changed("\"\(name)\"", to: "\"x\""))?.code == .upstreamInvalid)
    }

    @Test(arguments: ["", "<html>", "[]", "{\"issuer\":\"a\",\"issuer\":\"b\"}", "null"])
    func `refuses what is no JSON object that can be read one way only`(_ text: String) {
        #expect(process(text)?.code == .upstreamInvalid)
    }

    @Test func `tells an OP that is away from one that answers wrongly`() {
        let cases: [(HTTPResponse.Status, LoginError.Code)] = [
            (.serviceUnavailable, .upstreamUnavailable), (.tooManyRequests, .upstreamUnavailable),
            (.notFound, .upstreamInvalid), (.found, .upstreamInvalid),
        ]
        for (status, code) in cases {
            let error = refusal { () throws(LoginError) in
                try Discovery.process(.json(World.document, status: status), issuer: World.issuer)
            }
            #expect(error?.code == code)
        }
        let html = OutboundResponse(
            status: .ok, headerFields: [.contentType: "text/html"], body: Data(World.document.utf8))
        let error = refusal { () throws(LoginError) in try Discovery.process(html, issuer: World.issuer) }
        #expect(error?.code == .upstreamInvalid)
    }
}
