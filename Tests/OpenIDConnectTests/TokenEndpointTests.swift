import Broker
import Foundation
import HTTPTypes
import OpenIDConnect
import Testing

@Suite struct TokenEndpointTests {
    private func request(_ authentication: ClientAuthentication) throws -> (OutboundRequest, CallbackParameters) {
        let redirect = try unwrap(URL(string: "https://b.example/cb"))
        let request = TokenRequest.redeeming(code: Secret("c 1"), redirectURI: redirect, codeVerifier: "v1")
            .request(
                at: try unwrap(URL(string: "https://op.example/token")), clientID: "a:b c",
                authentication: authentication)
        return (request, try CallbackParameters(formEncoded: request.body ?? Data()))
    }

    @Test func `redeems with the verifier and the redirect URI`() throws {
        let (request, form) = try request(.none)
        #expect(request.method == .post)
        #expect(form["grant_type"] == "authorization_code")
        #expect(form["code"] == "c 1")
        #expect(form["redirect_uri"] == "https://b.example/cb")
        #expect(form["code_verifier"] == "v1")
        #expect(form["client_id"] == "a:b c")
        #expect(form["client_secret"] == nil)
        #expect(request.headerFields[.authorization] == nil)
    }

    @Test func `basic authentication form-encodes id and secret first`() throws {
        let (request, form) = try request(.basic(Secret("s:1 ü+%")))
        let expected = Data("a%3Ab%20c:s%3A1%20%C3%BC%2B%25".utf8).base64EncodedString()
        #expect(request.headerFields[.authorization] == "Basic \(expected)")
        #expect(form["client_id"] == nil)
        #expect(form["client_secret"] == nil)
    }

    @Test func `post authentication stands in the form and in no URL`() throws {
        let (request, form) = try request(.post(Secret("s&1")))
        #expect(form["client_secret"] == "s&1")
        #expect(request.headerFields[.authorization] == nil)
        #expect(request.url.query() == nil)
    }

    private func process(_ text: String, _ status: HTTPResponse.Status = .ok) -> LoginError? {
        refusal { () throws(LoginError) in try TokenResponse.process(.json(text, status: status)) }
    }

    @Test func `reads tokens, the type without case`() throws {
        let text = #"{"access_token":"a","token_type":"bearer","id_token":"i","refresh_token":"r","expires_in":1}"#
        let tokens = try TokenResponse.process(.json(text))
        #expect(tokens.accessToken.reveal() == "a")
        #expect(tokens.idToken?.reveal() == "i")
        #expect(tokens.refreshToken?.reveal() == "r")
        #expect(!"\(tokens)".contains("\"a\""))
    }

    @Test(arguments: [
        #"{"access_token":"a","token_type":"Bearer"}"#, #"{"access_token":"a","token_type":"DPoP","id_token":"i"}"#,
        #"{"access_token":"a","id_token":"i"}"#, #"{"token_type":"Bearer","id_token":"i"}"#,
        #"{"access_token":"a","token_type":"Bearer","id_token":7}"#,
        #"{"access_token":"a","access_token":"b","token_type":"Bearer","id_token":"i"}"#, "access_token=a", "[]",
    ])
    func `refuses an answer that the specification does not allow`(_ text: String) {
        #expect(process(text)?.code == .upstreamInvalid)
    }

    @Test func `refuses tokens that come as another media type`() {
        let body = Data(#"{"access_token":"a","token_type":"Bearer","id_token":"i"}"#.utf8)
        for type in ["text/html", "application/jsonp", "application/x-www-form-urlencoded"] {
            let response = OutboundResponse(status: .ok, headerFields: [.contentType: type], body: body)
            #expect(refusal { () throws(LoginError) in try TokenResponse.process(response) }?.code == .upstreamInvalid)
        }
    }

    @Test func `names a registered error and repeats nothing else of the body`() {
        let body = #"{"error":"invalid_grant","error_description":"code s3cr3t expired"}"#
        let error = process(body, .badRequest)
        #expect(error?.code == .upstreamError)
        #expect(error?.detail.contains("invalid_grant") == true)
        #expect(error?.detail.contains("s3cr3t") == false)
        #expect(process(#"{"error":"s3cr3t"}"#, .badRequest)?.detail.contains("s3cr3t") == false)
        #expect(process(#"{"error":"invalid_client"}"#, .unauthorized)?.code == .upstreamError)
        #expect(process(#"{"error":"invalid_request","id_token":"i"}"#)?.code == .upstreamError)
        #expect(process("<html>s3cr3t", .badRequest)?.code == .upstreamError)
        #expect(process("{}", .badGateway)?.code == .upstreamUnavailable)
        #expect(process("{}", .temporaryRedirect)?.code == .upstreamInvalid)
    }

    @Test func `a refresh that the OP no longer honours is an answer`() throws {
        let gone = OutboundResponse.json(#"{"error":"invalid_grant"}"#, status: .badRequest)
        guard case .revoked = try TokenResponse.processRefresh(gone) else {
            Issue.record("not revoked")
            return
        }
        let broken = OutboundResponse.json(#"{"error":"invalid_client"}"#, status: .unauthorized)
        #expect(
            refusal { () throws(LoginError) in try TokenResponse.processRefresh(broken) }?.code == .upstreamError)
    }

    // MARK: UserInfo

    @Test func `sends the access token in a header and compares the subject`() throws {
        let url = try unwrap(URL(string: "https://op.example/userinfo"))
        let request = UserInfo.request(at: url, accessToken: Secret("a"))
        #expect(request.headerFields[.authorization] == "Bearer a")
        #expect(request.url == url)
        let claims = try UserInfo.process(.json(#"{"sub":"u1","email":"a@acme.example"}"#), subject: "u1")
        #expect(claims.string("email") == "a@acme.example")
    }

    @Test(arguments: [#"{"sub":"u2"}"#, "{}", #"{"sub":["u1"]}"#, #"{"sub":"U1"}"#])
    func `refuses UserInfo about another person`(_ text: String) {
        let error = refusal { () throws(LoginError) in try UserInfo.process(.json(text), subject: "u1") }
        #expect(error?.code == .subjectInvalid)
    }

    @Test func `refuses a signed UserInfo with a reason`() {
        let response = OutboundResponse(
            status: .ok, headerFields: [.contentType: "application/jwt"], body: Data("a.b.c".utf8))
        let error = refusal { () throws(LoginError) in try UserInfo.process(response, subject: "u1") }
        #expect(error?.code == .upstreamInvalid)
        #expect(error?.detail.contains("5.3.2") == true)
    }
}
