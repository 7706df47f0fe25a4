package import Broker

/// How the broker reaches a site's JSM itself, past the gate.
package struct SiteJSM: Sendable, Hashable, Codable {
    /// Who calls.
    package struct Account: Sendable, Hashable, Codable {
        /// The name before the token; nil where the token is a personal access token of Data Center.
        package var user: String?
        /// Where the token is.
        package var token: SecretReference

        package init(user: String? = nil, token: SecretReference) {
            self.user = user
            self.token = token
        }
    }

    /// Its origin and context path, without a trailing slash.
    package var url: String
    /// The service account.
    package var account: Account
    /// Names of JSM organizations that are never touched.
    package var foreign: [String]

    package init(url: String, account: Account, foreign: [String] = []) {
        self.url = url
        self.account = account
        self.foreign = foreign
    }

    /// Its origin without the context path.
    package var origin: String {
        guard let scheme = url.firstRange(of: "://") else { return url }
        let end = url[scheme.upperBound...].firstIndex(of: "/") ?? url.endIndex
        return String(url[..<end])
    }
}
