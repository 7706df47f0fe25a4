import Broker
import JOSE

/// A request for a code, and the client that it says to come from.
package struct AuthorizationContext: Sendable {
    package let parameters: RequestParameters
    package let client: RegisteredClient

    package init(_ parameters: RequestParameters, client: RegisteredClient) {
        self.parameters = parameters
        self.client = client
    }
}

/// What is asked of a request for a code (OpenID Connect Core 3.1.2.2).
package enum AuthorizationChecks {
    package typealias Check = ProviderCheck<AuthorizationContext>

    /// What has to hold before anything goes to the redirect URI: a refusal is a page of ours (RFC 6749 4.1.2.1).
    package static let target: [Check] = [clientID, redirectURI, state]

    /// The rest: a refusal goes to the redirect URI.
    package static let request: [Check] = [
        requestObject, requestURI, registration, responseType, responseMode, scope, nonce, promptKnown, promptNoneAlone,
        maximumAge, challengeMethod, challengeShape, challengeRequired,
    ]

    /// The longest `state`.
    package static let maximumState = 1024
    /// The longest `nonce`.
    package static let maximumNonce = 512
    /// The prompts that are taken; there is nothing to consent to, so that `consent` asks nothing.
    package static let prompts = ["none", "login", "select_account", "consent"]
}

// MARK: Before the redirect URI is known to be good

extension AuthorizationChecks {
    /// RFC 6749 4.1.2.1: nobody is sent anywhere for a client that is not known.
    package static let clientID = Check("client id", clause: "RFC 6749 4.1.2.1", rule: "M50") { context in
        guard let id = context.parameters["client_id"] else {
            return .init(.unknownClient, "client_id is absent")
        }
        return context.client.isNamed(id) ? nil : .init(.unknownClient, "client_id is \(Wire.quoted(id))")
    }

    /// OpenID Connect Core 3.1.2.1, RFC 9700 2.1: byte for byte, or a code goes to whoever bends the comparison.
    package static let redirectURI = Check(
        "redirect URI", clause: "OpenID Connect Core 3.1.2.1", rule: "M50"
    ) { context in
        guard let uri = context.parameters["redirect_uri"] else {
            return .init(.redirectURIMismatch, "redirect_uri is absent")
        }
        guard context.client.registers(redirectURI: uri) else {
            return .init(.redirectURIMismatch, "redirect_uri is \(Wire.quoted(uri)), which is not registered")
        }
        return nil
    }

    /// RFC 6749 appendix A.5: what is given back has to be what came, so that one that cannot be is no request.
    package static let state = Check("state", clause: "RFC 6749 appendix A.5") { context in
        guard let state = context.parameters["state"], !Wire.isVisible(state, maximum: maximumState) else { return nil }
        return .init(.malformedRequest, "state is not at most \(maximumState) visible ASCII characters")
    }
}

// MARK: What the request asks for

extension AuthorizationChecks {
    /// OpenID Connect Core 6.1: what is in a request object would take the place of what was checked.
    package static let requestObject = Check("request object", clause: "OpenID Connect Core 6.1") { context in
        context.parameters["request"] == nil ? nil : .init(.requestNotSupported, "request is present")
    }

    /// OpenID Connect Core 6.2: fetching what a request names is a request that anybody can make us send.
    package static let requestURI = Check("request URI", clause: "OpenID Connect Core 6.2", rule: "M52") { context in
        context.parameters["request_uri"] == nil ? nil : .init(.requestURINotSupported, "request_uri is present")
    }

    /// OpenID Connect Core 7.2.1: a client registers with the operator only.
    package static let registration = Check("registration", clause: "OpenID Connect Core 7.2.1") { context in
        context.parameters["registration"] == nil
            ? nil : .init(.registrationNotSupported, "registration is present")
    }

    /// RFC 6749 3.1.1, RFC 9700 2.1.2: a code and nothing else; tokens in a URL leak.
    package static let responseType = Check("response type", clause: "RFC 6749 3.1.1", rule: "M51") { context in
        guard let type = context.parameters["response_type"] else {
            return .init(.invalidRequest, "response_type is absent")
        }
        return type == "code" ? nil : .init(.unsupportedResponseType, "response_type is \(Wire.quoted(type))")
    }

    /// OAuth 2.0 Multiple Response Type Encoding Practices 2.1, Form Post Response Mode 2.
    package static let responseMode = Check("response mode", clause: "Multiple Response Types 2.1") { context in
        guard let mode = context.parameters["response_mode"], ResponseMode(rawValue: mode) == nil else { return nil }
        return .init(.invalidRequest, "response_mode is \(Wire.quoted(mode))")
    }

    /// OpenID Connect Core 3.1.2.1: without `openid` this is no OpenID Connect request.
    package static let scope = Check("scope", clause: "OpenID Connect Core 3.1.2.1") { context in
        context.parameters.words("scope").contains("openid")
            ? nil : .init(.invalidScope, "scope does not hold openid")
    }

    /// OpenID Connect Core 3.1.2.1: given back in the ID token as it came.
    package static let nonce = Check("nonce", clause: "OpenID Connect Core 3.1.2.1") { context in
        guard let nonce = context.parameters["nonce"], !Wire.isVisible(nonce, maximum: maximumNonce) else { return nil }
        return .init(.invalidRequest, "nonce is not at most \(maximumNonce) visible ASCII characters")
    }

    /// Prompt Create 1.0 section 4.1: a prompt that is not known could be one that must not be left out.
    package static let promptKnown = Check("prompt known", clause: "Prompt Create 4.1") { context in
        let unknown = context.parameters.words("prompt").first { !prompts.contains($0) }
        return unknown.map { .init(.invalidRequest, "prompt has \(Wire.quoted($0))") }
    }

    /// OpenID Connect Core 3.1.2.1: nobody can be asked and not be asked.
    package static let promptNoneAlone = Check("prompt none alone", clause: "OpenID Connect Core 3.1.2.1") { context in
        let prompts = context.parameters.words("prompt")
        return prompts.contains("none") && prompts.count > 1
            ? .init(.invalidRequest, "prompt is none and something else") : nil
    }

    /// OpenID Connect Core 3.1.2.1: whole seconds; one that cannot be read must not pass for none.
    package static let maximumAge = Check("maximum age", clause: "OpenID Connect Core 3.1.2.1") { context in
        guard let text = context.parameters["max_age"], seconds(text) == nil else { return nil }
        return .init(.invalidRequest, "max_age is not a number of seconds")
    }

    /// Decimal digits, at most ten.
    static func seconds(_ text: String) -> Int64? {
        guard (1...10).contains(text.utf8.count), text.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
        return Int64(text)
    }

    /// RFC 7636 4.3, RFC 9700 2.1.1: an absent method means `plain`, whose challenge is the verifier itself, for all to
    /// read.
    package static let challengeMethod = Check("challenge method", clause: "RFC 7636 4.3", rule: "M51") { context in
        let (challenge, method) = (context.parameters["code_challenge"], context.parameters["code_challenge_method"])
        switch (challenge, method) {
        case (nil, nil), (.some, "S256"): return nil
        case (nil, .some): return .init(.invalidRequest, "code_challenge_method without code_challenge")
        case (.some, nil): return .init(.invalidRequest, "code_challenge_method is absent, which means plain")
        case (.some, let method?): return .init(.invalidRequest, "code_challenge_method is \(Wire.quoted(method))")
        }
    }

    /// RFC 7636 4.2: SHA-256 as base64url has 43 characters.
    package static let challengeShape = Check("challenge shape", clause: "RFC 7636 4.2", rule: "M51") { context in
        guard let challenge = context.parameters["code_challenge"] else { return nil }
        guard (try? Base64URL.decode(challenge))?.count == 32 else {
            return .init(.invalidRequest, "code_challenge is no SHA-256 as base64url")
        }
        return nil
    }

    /// RFC 9700 2.1.1: without it whoever sees a public client's code can redeem it.
    package static let challengeRequired = Check("challenge required", clause: "RFC 9700 2.1.1", rule: "M51") {
        context in
        guard context.client.requiresPKCE, context.parameters["code_challenge"] == nil else { return nil }
        return .init(.invalidRequest, "code_challenge is absent, and the client has to send one")
    }
}
