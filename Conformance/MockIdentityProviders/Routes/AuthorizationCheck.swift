// SPDX-License-Identifier: Apache-2.0

/// An error that goes back to the relying party (RFC 6749 4.1.2.1, OpenID Connect Core 3.1.2.6).
struct AuthorizationError: Error {
    let code: String
}

/// The checks of an authorization request whose client and redirect URI are already known to belong together.
struct AuthorizationCheck {
    let parameters: Parameters
    let client: OPClient
    let redirectURI: String
    let requiresPKCE: Bool
    var isOpenID = true
    var realm = ""

    func request() throws(AuthorizationError) -> AuthorizationRequest {
        try checkDuplicates()
        try checkResponseType()
        let mode = try responseMode()
        let scopes = try scopes()
        var request = AuthorizationRequest(
            clientID: client.clientID, redirectURI: redirectURI, responseMode: mode, scopes: scopes,
            state: parameters["state"], nonce: parameters["nonce"], codeChallenge: try codeChallenge(),
            loginHint: parameters["login_hint"], prompts: try prompts(),
            maxAge: parameters["max_age"].flatMap { Int64($0) }, acr: parameters.words("acr_values").first)
        request.isOffline = parameters["access_type"] == "offline"
        request.wantsAuthTime = parameters["claims"]?.contains("auth_time") == true
        request.realm = realm
        return request
    }

    /// RFC 6749 3.1: request parameters are not repeated.
    private func checkDuplicates() throws(AuthorizationError) {
        guard !parameters.hasDuplicates else { throw AuthorizationError(code: "invalid_request") }
    }

    /// The code flow is the only one.
    private func checkResponseType() throws(AuthorizationError) {
        guard parameters["response_type"] == "code" else { throw AuthorizationError(code: "unsupported_response_type") }
    }

    private func responseMode() throws(AuthorizationError) -> AuthorizationRequest.ResponseMode {
        guard let mode = AuthorizationRequest.ResponseMode(rawValue: parameters["response_mode"] ?? "query") else {
            throw AuthorizationError(code: "invalid_request")
        }
        return mode
    }

    /// OpenID Connect Core 3.1.2.1: without `openid` this is no authentication request.
    private func scopes() throws(AuthorizationError) -> Set<String> {
        let scopes = Set(parameters.words("scope"))
        guard !isOpenID || scopes.contains("openid") else { throw AuthorizationError(code: "invalid_scope") }
        return scopes
    }

    /// RFC 7636 4.3; `plain` is refused, and so is no challenge at all where the client needs one.
    private func codeChallenge() throws(AuthorizationError) -> String? {
        guard let challenge = parameters["code_challenge"] else {
            guard !requiresPKCE, client.clientSecret != nil else { throw AuthorizationError(code: "invalid_request") }
            return nil
        }
        guard parameters["code_challenge_method"] == "S256", challenge.utf8.count == 43 else {
            throw AuthorizationError(code: "invalid_request")
        }
        return challenge
    }

    /// OpenID Connect Core 3.1.2.1: `none` stands alone.
    private func prompts() throws(AuthorizationError) -> Set<String> {
        let prompts = Set(parameters.words("prompt"))
        guard !prompts.contains("none") || prompts.count == 1 else { throw AuthorizationError(code: "invalid_request") }
        return prompts
    }
}
