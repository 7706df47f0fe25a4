package import Broker

/// Why the OP refuses a request.
package struct ProviderError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What the client is told, in the protocols' own words.
    package enum Code: String, Sendable, CaseIterable {
        // Refused on a page: the client is not known, or where its answers go is not.
        case unknownClient = "unknown_client"
        case redirectURIMismatch = "redirect_uri_mismatch"
        case malformedRequest = "malformed_request"
        // RFC 6749 4.1.2.1 and 5.2.
        case invalidRequest = "invalid_request"
        case invalidScope = "invalid_scope"
        case unsupportedResponseType = "unsupported_response_type"
        case invalidClient = "invalid_client"
        case invalidGrant = "invalid_grant"
        case unsupportedGrantType = "unsupported_grant_type"
        case serverError = "server_error"
        case temporarilyUnavailable = "temporarily_unavailable"
        // RFC 6750 3.1.
        case invalidToken = "invalid_token"
        // OpenID Connect Core 3.1.2.6.
        case loginRequired = "login_required"
        case requestNotSupported = "request_not_supported"
        case requestURINotSupported = "request_uri_not_supported"
        case registrationNotSupported = "registration_not_supported"
    }

    /// What the client is told.
    package let code: Code
    /// The check that refused, with its clause; says nothing of the request.
    package let rule: String
    /// What the operator reads.
    package let reason: String

    package init(_ code: Code, rule: String, reason: String) {
        self.code = code
        self.rule = rule
        self.reason = reason
    }

    /// The code only.
    package var description: String { code.rawValue }
}

/// One check of one rule, as a value, so that a run can drop one and see a test fail.
package struct ProviderCheck<Context: Sendable>: Sendable {
    /// Why a request is refused.
    package struct Refusal: Sendable, Hashable {
        let code: ProviderError.Code
        let reason: String

        init(_ code: ProviderError.Code, _ reason: String) {
            self.code = code
            self.reason = reason
        }
    }

    /// The check's name.
    package let name: String
    /// The clause that it enforces.
    package let clause: String
    /// The id of the rule in the threat model, where it has one.
    package let rule: String?
    private let refusal: @Sendable (Context) -> Refusal?

    init(
        _ name: String, clause: String, rule: String? = nil,
        refusal: @escaping @Sendable (_ context: Context) -> Refusal?
    ) {
        self.name = name
        self.clause = clause
        self.rule = rule
        self.refusal = refusal
    }

    /// Refuses, or lets pass.
    package func run(on context: Context) throws(ProviderError) {
        guard let refusal = refusal(context) else { return }
        throw ProviderError(refusal.code, rule: "\(name) (\(clause))", reason: refusal.reason)
    }

    /// Runs checks in order; the first that refuses ends it.
    package static func run(_ checks: [ProviderCheck], on context: Context) throws(ProviderError) {
        for check in checks { try check.run(on: context) }
    }
}

/// A request's parameters; one that has no value is not there (RFC 6749 3.1).
package struct RequestParameters: Sendable {
    private let values: CallbackParameters

    package init(_ values: CallbackParameters) { self.values = values }

    /// The value of a parameter.
    package subscript(name: String) -> String? { values[name].flatMap { $0.isEmpty ? nil : $0 } }

    /// The words of a parameter that is a list (RFC 6749 3.3), each once.
    package func words(_ name: String) -> [String] {
        var seen: Set<String> = []
        return (self[name] ?? "").split(separator: " ").map(String.init).filter { seen.insert($0).inserted }
    }
}
