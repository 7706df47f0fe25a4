import Broker
import Foundation
import JOSE
import OpenIDConnect
import Testing

/// A request with one thing changed, and the check that alone refuses it.
struct Hostile: Sendable, CustomTestStringConvertible {
    let what: String
    let check: String
    let code: ProviderError.Code
    let change: @Sendable (inout [String: String]) -> Void

    init(
        _ what: String, _ check: String, _ code: ProviderError.Code,
        _ change: @escaping @Sendable (inout [String: String]) -> Void
    ) {
        self.what = what
        self.check = check
        self.code = code
        self.change = change
    }

    var testDescription: String { what }
}

/// A request with one thing changed that is as good as before.
struct Harmless: Sendable, CustomTestStringConvertible {
    let what: String
    let change: @Sendable (inout [String: String]) -> Void

    init(_ what: String, _ change: @escaping @Sendable (inout [String: String]) -> Void) {
        self.what = what
        self.change = change
    }

    var testDescription: String { what }
}

enum Portal {
    static let issuer = "https://support.example/vestibule/openid/portal"
    static let callback = "https://jira.example/callback"
    static let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    static let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"

    static let client = RegisteredClient(
        id: "jira", redirectURIs: [callback, "https://jira.example/other?a=b"],
        postLogoutRedirectURIs: ["https://jira.example/bye"])

    static let request = [
        "client_id": "jira", "redirect_uri": callback, "response_type": "code", "scope": "openid profile email",
        "state": "s-1", "nonce": "n-1", "code_challenge": challenge, "code_challenge_method": "S256",
    ]

    static func parameters(_ values: [String: String]) throws -> RequestParameters {
        RequestParameters(
            try CallbackParameters(formEncoded: Data(Wire.formEncoded(values.map { ($0.key, $0.value) }).utf8)))
    }
}

/// What a check refused with, or nil where it did not.
func providerRefusal<Value>(_ body: () throws(ProviderError) -> Value) -> ProviderError? {
    do throws(ProviderError) {
        _ = try body()
        return nil
    } catch {
        return error
    }
}

extension ProviderCheck {
    /// How a refusal names the check.
    var title: String { "\(name) (\(clause))" }
}
