// Every kind and profile of the house as `ConformanceKit` takes them, with the vendors' own attacks.
//
// One file per row: the settings that an operator writes, what the vendor emits, what an honest login gives, and the
// cases that the kind's page in `Documentation/providers` promises an answer to. Numbers of cases are those of the list of
// conformance cases.

import Broker
package import ConformanceKit

/// The rows.
package enum ProviderCatalogue {
    /// Every row.
    package static let all: [ProviderUnderTest] = [
        .oidc, .google, .cognito, .keycloak, .azureB2C, .entra, .entraOrganizations, .okta, .oktaCustomServer,
        .oauth2, .gitHub, .emailCode, .emailCodeByHint, .saml,
        .auth0, .oneLogin, .jumpCloud, .pingOne, .adfs,
    ]
}

/// What rows share.
enum Shared {
    static let notAsked = "UserInfo is never asked by this kind"

    /// Faults of UserInfo where it is never asked.
    static let faultsOfUserInfo = ["userinfo-sub": notAsked, "userinfo-html": notAsked]

    /// Verdicts of a kind that does not look at `email_verified`.
    static func emailVerifiedIsNotRead(_ evidence: Email.Evidence) -> [String: Verdict] {
        let ids = OpenIDFault.all.map(\.id).filter { $0.hasPrefix("email-verified-") }
        return Dictionary(
            uniqueKeysWithValues: ids.map { ($0, Verdict.identity(ExpectedIdentity(evidence: evidence))) })
    }
}

extension Claims {
    /// Both, the others before ours.
    func and(_ others: Claims) -> Claims { merging(others) { $1 } }
}
