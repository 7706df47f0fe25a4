import Broker
import OpenIDConnect

extension OIDCProvider.Profile {
    /// What people sign in with, which is no address: whoever names accounts could write any address there.
    private static let signInNames: Set<String> = [
        "upn", "preferred_username", "unique_name", "winaccountname", "sub", "name", "nickname", "login",
    ]

    /// Whether a claim is what people sign in with.
    static func isSignInName(_ claim: String) -> Bool { signInNames.contains(claim.lowercased()) }

    static let signInNameText = "is what people sign in with, and no statement about an address"

    /// Claims that are checked in every token; a document has no say in them.
    private static let protocolClaims: Set<String> = [
        "iss", "aud", "azp", "exp", "iat", "nbf", "nonce", "sub", "auth_time", "at_hash", "c_hash", "jti",
    ]

    /// What is wrong with the claims that the document names.
    var claimProblems: [SettingsError.Problem] {
        let names = [
            ("email", claims?.email), ("emailVerified", claims?.emailVerified), ("name", claims?.name),
            ("groups", claims?.groups),
        ]
        return names.flatMap { key, name in name.map { nameProblems($0, at: ["claims", key]) } ?? [] }
            + (attributes ?? []).enumerated().flatMap { nameProblems($1, at: ["attributes", String($0)]) }
            + evidenceProblems + requiredClaimProblems
    }

    private func nameProblems(_ text: String, at path: [String]) -> [SettingsError.Problem] {
        guard let template = ProfileTemplate(text) else {
            return [.init(path: path, text: "has braces that do not enclose a variable")]
        }
        return template.names.filter { variables?[$0] == nil }.map {
            .init(path: path, text: "{\($0)} is not one of the profile's variables")
        }
    }

    private var evidenceProblems: [SettingsError.Problem] {
        var problems: [SettingsError.Problem] = []
        if emailEvidence?.isEmpty == true {
            problems.append(.init(path: ["emailEvidence"], text: "must name at least one"))
        }
        if let email = claims?.email, Self.isSignInName(email) {
            problems.append(.init(path: ["claims", "email"], text: Self.signInNameText))
        }
        return problems
    }

    private var requiredClaimProblems: [SettingsError.Problem] {
        (requiredClaims ?? [:]).sorted { $0.key < $1.key }.flatMap { name, value -> [SettingsError.Problem] in
            let path = ["requiredClaims", name]
            guard !Self.protocolClaims.contains(name) else {
                return [.init(path: path, text: "is checked in every token and cannot be replaced")]
            }
            return value.isEmpty ? [.init(path: path, text: "must have a value")] : nameProblems(value, at: path)
        }
    }
}
