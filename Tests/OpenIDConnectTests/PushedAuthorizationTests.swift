import Broker
import Foundation
import HTTPTypes
import OpenIDConnect
import Testing

@Suite struct PushedAuthorizationTests {
    private func refusal(_ response: OutboundResponse) -> LoginError? {
        do throws(LoginError) {
            _ = try PushedAuthorization.process(response)
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: [HTTPResponse.Status.created, .ok])
    func `reads the name of what was pushed`(status: HTTPResponse.Status) throws {
        let answer = OutboundResponse.json(
            #"{"request_uri":"urn:ietf:params:oauth:request_uri:6esc","expires_in":60}"#, status: status)
        #expect(try PushedAuthorization.process(answer) == "urn:ietf:params:oauth:request_uri:6esc")
    }

    static let refused: [(String, HTTPResponse.Status, LoginError.Code)] = [
        (#"{"error":"invalid_request"}"#, .badRequest, .upstreamError),
        (#"{"error":"invalid_client"}"#, .unauthorized, .upstreamError),
        (#"{"error":"invalid_request","request_uri":"urn:x","expires_in":60}"#, .created, .upstreamError),
        (#"{"request_uri":"urn:x"}"#, .created, .upstreamInvalid),
        (#"{"request_uri":"urn:x","expires_in":0}"#, .created, .upstreamInvalid),
        (#"{"request_uri":"urn:x","expires_in":"60"}"#, .created, .upstreamInvalid),
        (#"{"expires_in":60}"#, .created, .upstreamInvalid),
        (#"{"request_uri":"","expires_in":60}"#, .created, .upstreamInvalid),
        (#"{"request_uri":"urn:x y","expires_in":60}"#, .created, .upstreamInvalid),
        (#"{"request_uri":["urn:x"],"expires_in":60}"#, .created, .upstreamInvalid),
        ("urn:x", .created, .upstreamInvalid), ("{}", .found, .upstreamInvalid),
        ("{}", .contentTooLarge, .upstreamInvalid), ("{}", .tooManyRequests, .upstreamUnavailable),
        ("{}", .badGateway, .upstreamUnavailable),
    ]

    @Test(arguments: refused)
    func `refuses what names no pushed request`(body: String, status: HTTPResponse.Status, code: LoginError.Code) {
        #expect(refusal(.json(body, status: status))?.code == code)
    }

    @Test func `a name that is too long is none, and an error is not repeated unless it is registered`() {
        let long = String(repeating: "x", count: 513)
        #expect(refusal(.json(#"{"request_uri":"\#(long)","expires_in":60}"#))?.code == .upstreamInvalid)
        let error = refusal(.json(#"{"error":"S3CR3T <script>"}"#, status: .badRequest))
        #expect(error?.detail.contains("S3CR3T") == false)
    }

    @Test func `the request is authenticated, and the client is named once`() throws {
        let url = try #require(URL(string: "https://op.example/par"))
        let secrets = LoginSecrets(state: "s", nonce: "n", codeVerifier: "v", requestID: "_1")
        let message = AuthorizationRequest(clientID: "c1", redirectURI: url, secrets: secrets, scopes: ["openid"])
        for (authentication, names) in [
            (ClientAuthentication.post(Secret("x")), ["client_secret"]), (.none, []),
            (.basic(Secret("x")), []), (.assertion(Secret("a.b.c")), ["client_assertion", "client_assertion_type"]),
        ] {
            let request = TokenRequest.pushing(message).request(
                at: url, clientID: "c1", authentication: authentication)
            // Refuses a parameter that is there twice.
            let form = try CallbackParameters(formEncoded: request.body ?? Data())
            #expect(form["client_id"] == "c1" && form["state"] == "s" && form["response_type"] == "code")
            #expect(form.names.filter { $0.hasPrefix("client_") && $0 != "client_id" } == names)
            #expect(
                (request.headerFields[.authorization] != nil)
                    == (names.isEmpty && form["client_secret"] == nil && isBasic(authentication)))
        }
    }

    private func isBasic(_ authentication: ClientAuthentication) -> Bool {
        if case .basic = authentication { true } else { false }
    }
}
