import Broker
import Foundation
import OpenIDConnect
import Testing

@Suite struct AuthorizationTests {
    static let secrets = LoginSecrets(
        state: "state-1", nonce: "nonce-1", codeVerifier: "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
        requestID: "_1")

    private func request() throws -> AuthorizationRequest {
        AuthorizationRequest(
            clientID: "broker", redirectURI: try unwrap(URL(string: "https://b.example/vestibule/cb/acme")),
            secrets: Self.secrets, scopes: ["openid", "email"])
    }

    private func parameters(_ request: AuthorizationRequest) throws -> CallbackParameters {
        let url = try request.url(at: try unwrap(URL(string: "https://op.example/authorize?p=policy")))
        return try CallbackParameters(formEncoded: Data((url.query() ?? "").utf8))
    }

    @Test func `asks for a code with PKCE, state and nonce, and keeps the endpoint's own query`() throws {
        let sent = try parameters(try request())
        #expect(sent["p"] == "policy")
        #expect(sent["response_type"] == "code")
        #expect(sent["scope"] == "openid email")
        #expect(sent["state"] == "state-1")
        #expect(sent["nonce"] == "nonce-1")
        #expect(sent["redirect_uri"] == "https://b.example/vestibule/cb/acme")
        #expect(sent["code_challenge_method"] == "S256")
        // RFC 7636 appendix B.
        #expect(sent["code_challenge"] == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")
        #expect(sent["response_mode"] == nil)
        #expect(sent["code_verifier"] == nil)
    }

    @Test func `asks for what the login and the operator need`() throws {
        var request = try request()
        request.responseMode = .formPost
        request.prompts = ["consent"]
        request.maximumAge = .seconds(3600)
        request.requirements = AuthenticationRequirements(maximumAge: .seconds(600), acrValues: ["phr", "mfa"])
        request.loginHint = "alice+x@acme.example"
        request.locales = ["de", "en"]
        let sent = try parameters(request)
        #expect(sent["response_mode"] == "form_post")
        #expect(sent["prompt"] == "consent")
        #expect(sent["max_age"] == "600")
        #expect(sent["acr_values"] == "phr mfa")
        #expect(sent["login_hint"] == "alice+x@acme.example")
        #expect(sent["ui_locales"] == "de en")
    }

    @Test func `a fresh sign-in obliges the OP to say when it was`() throws {
        var request = try request()
        request.requirements = AuthenticationRequirements(isFresh: true)
        let sent = try parameters(request)
        #expect(sent["prompt"] == "login")
        #expect(sent["max_age"] == "0")
    }

    @Test func `further parameters cannot replace the protocol's`() throws {
        var request = try request()
        request.extra = ["hd": "acme.example", "nonce": "evil", "redirect_uri": "https://evil.example", "request": "x"]
        let sent = try parameters(request)
        #expect(sent["hd"] == "acme.example")
        #expect(sent["nonce"] == "nonce-1")
        #expect(sent["redirect_uri"] == "https://b.example/vestibule/cb/acme")
        #expect(sent["request"] == nil)
    }

    // MARK: The way back

    private func respond(
        _ query: String, method: LoginCallback.Method = .get, mode: ResponseMode = .query, requiresIssuer: Bool = true
    ) throws -> Result<AuthorizationResponse, LoginError> {
        let octets = Data(query.utf8)
        let callback = try LoginCallback(
            method: method, rawQuery: method == .get ? octets : Data(), rawBody: method == .post ? octets : Data())
        do throws(LoginError) {
            return .success(
                try AuthorizationResponse.process(
                    callback,
                    expecting: .init(
                        state: "state-1", issuer: World.issuer, requiresIssuer: requiresIssuer, responseMode: mode)))
        } catch {
            return .failure(error)
        }
    }

    private func code(_ result: Result<AuthorizationResponse, LoginError>) -> LoginError.Code? {
        if case .failure(let error) = result { error.code } else { nil }
    }

    private static let iss = "iss=https%3A%2F%2Fop.example%2Ft1"

    @Test func `takes a code by the way that was asked for`() throws {
        for (method, mode) in [(LoginCallback.Method.get, ResponseMode.query), (.post, .formPost)] {
            let result = try respond("code=abc&state=state-1&\(Self.iss)", method: method, mode: mode)
            guard case .success(.code(let code)) = result else {
                Issue.record("no code by \(mode)")
                continue
            }
            #expect(code.reveal() == "abc")
        }
        #expect(code(try respond("code=abc&state=state-1&\(Self.iss)", method: .post)) == .malformedRequest)
        #expect(code(try respond("code=abc&state=state-1&\(Self.iss)", mode: .formPost)) == .malformedRequest)
    }

    @Test(arguments: ["", "state=", "state=state-2", "state=state-1x", "state=STATE-1"])
    func `refuses another state`(_ state: String) throws {
        #expect(code(try respond("code=abc&\(state)&\(Self.iss)")) == .stateMismatch)
    }

    @Test func `refuses a code that another OP sent, and one without issuer where the OP announces it`() throws {
        #expect(code(try respond("code=abc&state=state-1&iss=https%3A%2F%2Fevil.example")) == .issuerMismatch)
        #expect(code(try respond("code=abc&state=state-1&iss=https%3A%2F%2Fop.example%2Ft1%2F")) == .issuerMismatch)
        #expect(code(try respond("code=abc&state=state-1")) == .issuerMismatch)
        #expect(code(try respond("code=abc&state=state-1", requiresIssuer: false)) == nil)
        #expect(code(try respond("code=abc&state=state-1&iss=x", requiresIssuer: false)) == .issuerMismatch)
        #expect(code(try respond("error=access_denied&state=state-1&iss=x", requiresIssuer: false)) == .issuerMismatch)
    }

    @Test(arguments: ["", "code=abc&error=access_denied", "code=", "code=a%0Ab", "code=%C3%A9"])
    func `refuses a response without exactly one well-formed code or error`(_ part: String) throws {
        #expect(code(try respond("\(part)&state=state-1&\(Self.iss)")) == .malformedRequest)
    }

    @Test(arguments: [
        ("access_denied", Denial.Reason.refusedByIdP), ("consent_required", .cancelled),
        ("interaction_required", .cancelled), ("login_required", .requirementsNotMet),
        ("unmet_authentication_requirements", .requirementsNotMet),
    ])
    func `a no of the OP is a denial`(error: String, reason: Denial.Reason) throws {
        guard case .success(.denied(let denial)) = try respond("error=\(error)&state=state-1&\(Self.iss)") else {
            Issue.record("\(error) is no denial")
            return
        }
        #expect(denial.reason == reason)
    }

    @Test func `other errors are failures, and are not repeated where they could be a token`() throws {
        #expect(code(try respond("error=server_error&state=state-1&\(Self.iss)")) == .upstreamUnavailable)
        #expect(code(try respond("error=invalid_scope&state=state-1&\(Self.iss)")) == .upstreamError)
        let echo = try respond("error=eyJhbGciOi1&error_description=eyJhbGciOi2&state=state-1&\(Self.iss)")
        guard case .failure(let error) = echo else {
            Issue.record("accepted")
            return
        }
        #expect(!error.detail.contains("eyJ"))
    }
}
