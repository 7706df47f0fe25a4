package import Broker
import Foundation
import JOSE

/// What the browser brought back from the authorization endpoint.
package enum AuthorizationResponse: Sendable {
    /// A code to redeem.
    case code(Secret<String>)
    /// The OP or the person said no.
    case denied(Denial)

    /// What the response is held against; all of it is ours.
    package struct Expectations: Sendable {
        let state: String
        let issuer: String
        let requiresIssuer: Bool
        let responseMode: ResponseMode
        let tenants: TenantIssuers?

        /// Expectations of one round; with tenants, `issuer` is their template.
        package init(
            state: String, issuer: String, requiresIssuer: Bool, responseMode: ResponseMode,
            tenants: TenantIssuers? = nil
        ) {
            self.tenants = tenants
            self.state = state
            self.issuer = issuer
            self.requiresIssuer = requiresIssuer
            self.responseMode = responseMode
        }
    }

    /// Reads and checks a callback: method, `state`, `iss`, then exactly one of code and error.
    package static func process(
        _ callback: LoginCallback, expecting expected: Expectations
    ) throws(LoginError) -> AuthorizationResponse {
        try requireMethod(callback.method, for: expected.responseMode)
        try requireState(callback.parameters["state"], expected.state)
        try requireIssuer(callback.parameters["iss"], expected)
        switch (callback.parameters["code"], callback.parameters["error"]) {
        case (let code?, nil): return .code(try wellFormed(code))
        case (nil, let error?): return .denied(try denial(for: error))
        default:
            throw LoginError(
                .malformedRequest, detail: "OpenID Connect Core 3.1.2.5: needs exactly one of code and error")
        }
    }

    /// Form Post Response Mode 2: a mode that was not asked for is not an answer to our request.
    private static func requireMethod(_ method: LoginCallback.Method, for mode: ResponseMode) throws(LoginError) {
        guard method == (mode == .query ? .get : .post) else {
            throw LoginError(
                .malformedRequest, detail: "came by \(method.rawValue), but response_mode is \(mode.rawValue)")
        }
    }

    /// RFC 6749 10.12: else an attacker's code could be finished in the victim's browser.
    private static func requireState(_ state: String?, _ expected: String) throws(LoginError) {
        guard let state, Digests.constantTimeEquals([UInt8](state.utf8), [UInt8](expected.utf8)) else {
            throw LoginError(
                .stateMismatch,
                detail: "RFC 6749 4.1.2: state is \(state == nil ? "absent" : "not the one that was sent")")
        }
    }

    /// RFC 9207 2.4: else another OP's code could be redeemed here, or ours there (mix-up).
    private static func requireIssuer(_ issuer: String?, _ expected: Expectations) throws(LoginError) {
        guard let issuer else {
            guard !expected.requiresIssuer else {
                throw LoginError(.issuerMismatch, detail: "RFC 9207 2.4: iss is absent although the OP announces it")
            }
            return
        }
        let isExpected = expected.tenants?.knows(issuer: issuer) ?? issuer.hasSameBytes(as: expected.issuer)
        guard isExpected else {
            throw LoginError(
                .issuerMismatch,
                detail: "RFC 9207 2.4: iss is \(Wire.quoted(issuer)), configured is \(Wire.quoted(expected.issuer))")
        }
    }

    /// RFC 6749 appendix A.11.
    private static func wellFormed(_ code: String) throws(LoginError) -> Secret<String> {
        guard Wire.isVisible(code, maximum: 8192) else {
            throw LoginError(.malformedRequest, detail: "RFC 6749 appendix A.11: the code is not visible ASCII")
        }
        return Secret(code)
    }

    /// RFC 6749 4.1.2.1, OpenID Connect Core 3.1.2.6, and Unmet Authentication Requirements 1.0.
    private static func denial(for error: String) throws(LoginError) -> Denial {
        switch error {
        case "access_denied": return Denial(.refusedByIdP, detail: error)
        case "consent_required", "interaction_required": return Denial(.cancelled, detail: error)
        case "login_required", "account_selection_required", "unmet_authentication_requirements":
            return Denial(.requirementsNotMet, detail: error)
        case "server_error", "temporarily_unavailable":
            throw LoginError(.upstreamUnavailable, detail: "the OP answered \(error)")
        default:
            throw LoginError(.upstreamError, detail: "the OP answered \(Wire.errorCode(error))")
        }
    }
}
