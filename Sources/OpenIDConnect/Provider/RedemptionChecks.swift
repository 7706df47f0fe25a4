import Broker
import JOSE

/// What is asked of a request to the token endpoint before its code is looked at.
package enum GrantRequestChecks {
    package typealias Check = ProviderCheck<RequestParameters>

    /// Every check.
    package static let all: [Check] = [grantType, code]

    /// RFC 6749 5.2, RFC 9700 2.4: codes, and no passwords.
    package static let grantType = Check("grant type", clause: "RFC 6749 4.1.3", rule: "M51") { parameters in
        guard let type = parameters["grant_type"] else { return .init(.invalidRequest, "grant_type is absent") }
        return type == "authorization_code"
            ? nil : .init(.unsupportedGrantType, "grant_type is \(Wire.quoted(type))")
    }

    /// RFC 6749 4.1.3.
    package static let code = Check("code", clause: "RFC 6749 4.1.3") { parameters in
        guard let code = parameters["code"] else { return .init(.invalidRequest, "code is absent") }
        return Wire.isVisible(code, maximum: 512) ? nil : .init(.invalidGrant, "code is none of ours")
    }
}

/// A request that redeems a code, and what the code was given for.
package struct RedemptionContext: Sendable {
    package let parameters: RequestParameters
    /// Where the code went.
    package let redirectURI: String
    /// The challenge that came with the request for it.
    package let challenge: String?

    package init(_ parameters: RequestParameters, redirectURI: String, challenge: String?) {
        self.parameters = parameters
        self.redirectURI = redirectURI
        self.challenge = challenge
    }
}

/// What ties a code to the request that it was given for, in order.
package enum RedemptionChecks {
    package typealias Check = ProviderCheck<RedemptionContext>

    /// Every check.
    package static let all: [Check] = [redirectURI, noDowngrade, verifierShape, verifier]

    /// RFC 6749 4.1.3: a code that went to one address is not redeemed for another.
    package static let redirectURI = Check("redirect URI again", clause: "RFC 6749 4.1.3", rule: "M50") { context in
        context.parameters["redirect_uri"]?.hasSameBytes(as: context.redirectURI) == true
            ? nil : .init(.invalidGrant, "redirect_uri is not the one of the request")
    }

    /// RFC 9700 2.1.1: a verifier for a code without a challenge means that somebody took the challenge away.
    package static let noDowngrade = Check("no PKCE downgrade", clause: "RFC 9700 2.1.1", rule: "M51") { context in
        context.challenge == nil && context.parameters["code_verifier"] != nil
            ? .init(.invalidGrant, "code_verifier for a code that has no challenge") : nil
    }

    /// RFC 7636 4.1: 43 to 128 unreserved characters.
    package static let verifierShape = Check("verifier shape", clause: "RFC 7636 4.1", rule: "M51") { context in
        guard context.challenge != nil else { return nil }
        guard let verifier = context.parameters["code_verifier"] else {
            return .init(.invalidGrant, "code_verifier is absent")
        }
        let isUnreserved = Wire.escaped(verifier).utf8.count == verifier.utf8.count
        return (43...128).contains(verifier.utf8.count) && isUnreserved
            ? nil : .init(.invalidGrant, "code_verifier is not 43 to 128 unreserved characters")
    }

    /// RFC 7636 4.6: whoever redeems the code is whoever asked for it.
    package static let verifier = Check("verifier", clause: "RFC 7636 4.6", rule: "M51") { context in
        guard let challenge = context.challenge else { return nil }
        let computed = AuthorizationRequest.codeChallenge(of: context.parameters["code_verifier"] ?? "")
        return Digests.constantTimeEquals(Array(computed.utf8), Array(challenge.utf8))
            ? nil : .init(.invalidGrant, "code_verifier does not make the challenge")
    }
}
